/* Ping-pong between two ranks, as a C program does it; built with the MPI's own compiler. */
#include <mpi.h>
#include <stdint.h>

int64_t handle_bytes(void) { return sizeof(MPI_Comm); }

int64_t pingpong(MPI_Comm *comm, void *out, void *into, int64_t bytes, int64_t trips,
                 int64_t partner, int64_t first)
{
    for (int64_t i = 0; i < trips; i++) {
        if (first) {
            MPI_Send(out, (int)bytes, MPI_BYTE, (int)partner, 0, *comm);
            MPI_Recv(into, (int)bytes, MPI_BYTE, (int)partner, 0, *comm, MPI_STATUS_IGNORE);
        } else {
            MPI_Recv(into, (int)bytes, MPI_BYTE, (int)partner, 0, *comm, MPI_STATUS_IGNORE);
            MPI_Send(out, (int)bytes, MPI_BYTE, (int)partner, 0, *comm);
        }
    }
    return trips;
}
