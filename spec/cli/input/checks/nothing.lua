local web = net:get "web"
