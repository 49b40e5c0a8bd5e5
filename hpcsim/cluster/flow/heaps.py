"""One binary heap a class, all in one pool; smallest (key, flow) first; each flow's slot known.

Slot i of a class lies at entries[first + i], its children are 2i and 2i + 1. A heap that is full
moves to the pool's end with twice the room; when the half in use is full, all move to the other.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from .compiled import compiled, inlined

LEAST_ROOM = 16


@inlined
def put(entries, places, first, slot, key, flow):
    """Write an entry and remember where it is."""
    entry = entries[first + slot]
    entry.key = key
    entry.flow = flow
    places[flow].slot = slot


@inlined
def rise(entries, places, first, slot, key, flow):
    """Put an entry at `slot` or above it."""
    while slot > 1:
        parent = slot >> 1
        above = entries[first + parent]
        if above.key < key or (above.key == key and above.flow < flow):
            break
        put(entries, places, first, slot, above.key, above.flow)
        slot = parent
    put(entries, places, first, slot, key, flow)


@inlined
def sink(entries, places, first, count, slot, key, flow):
    """Put an entry at `slot` or below it."""
    child = 2 * slot
    while child <= count:
        below = entries[first + child]
        if child < count:
            other = entries[first + child + 1]
            if other.key < below.key or (other.key == below.key and other.flow < below.flow):
                child += 1
                below = other
        if key < below.key or (key == below.key and flow < below.flow):
            break
        put(entries, places, first, slot, below.key, below.flow)
        slot = child
        child = 2 * slot
    put(entries, places, first, slot, key, flow)


@inlined
def take(entries, places, first, count, slot):
    """Take the entry at `slot` out of a heap of `count` entries."""
    places[entries[first + slot].flow].slot = 0
    last = entries[first + count]
    key, flow = last.key, last.flow
    if slot == count:
        return
    parent = entries[first + (slot >> 1)]
    if slot > 1 and (key < parent.key or (key == parent.key and flow < parent.flow)):
        rise(entries, places, first, slot, key, flow)
    else:
        sink(entries, places, first, count - 1, slot, key, flow)


@compiled
def make_room(world, classes, entries, kind):
    """Give the heap of class `kind` room for one more."""
    half = len(entries) // 2
    room = max(LEAST_ROOM, 2 * classes[kind].room)
    if world.end + room > half:
        move_all(world, classes, entries)
        room = max(LEAST_ROOM, 2 * classes[kind].room)
        if world.end + room > half:
            raise IndexError("more flows at once than the state has room for")
    move(world, classes[kind], entries, room)


@compiled
def move(world, heap, entries, room):
    """Move one heap to the end of the half in use, with `room` slots."""
    first = world.half * (len(entries) // 2) + world.end - 1
    for slot in range(1, heap.count + 1):
        entries[first + slot].key = entries[heap.first + slot].key
        entries[first + slot].flow = entries[heap.first + slot].flow
    heap.first = first
    heap.room = room
    world.end += room


@compiled
def move_all(world, classes, entries):
    """Move every heap to the other half, each with room for half as many again."""
    world.half = 1 - world.half
    world.end = 0
    for kind in range(len(classes)):
        heap = classes[kind]
        if heap.count:
            move(world, heap, entries, heap.count + (heap.count >> 1) + 1)
        else:
            heap.room = 0
