-- A script that strict.lua has to refuse.
_G.careless = true
