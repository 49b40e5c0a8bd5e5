"""What the scheduler believes of run times."""

LIMIT = "limit"
CLAIRVOYANT = "clairvoyant"
USER_AVERAGE = "user-average"

ESTIMATES = {
    LIMIT: "the limit that the user gave",
    CLAIRVOYANT: "the true run time, which no scheduler knows",
    USER_AVERAGE: "the mean of the user's last two run times; the limit still cuts (EASY++)",
}
