-- Loaded by busted before all specs: starts the witness of what the run shows.

require("support.witness").install(require "busted")
