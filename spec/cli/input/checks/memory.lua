local all = {}
while true do all[#all + 1] = ("x"):rep(1e6) .. #all end
