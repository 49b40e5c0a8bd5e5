"""Quarter after quarter under growth: when the targets and the stores stop holding."""
