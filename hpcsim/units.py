"""Units of the field, as numbers; a column's name says which one it is in."""

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86400.0
WEEK_S = 7 * DAY_S
YEAR_S = 365.25 * DAY_S
MIB = 2**20
GIB = 2**30
GB = 10**9
TB = 10**12
PB = 10**15
