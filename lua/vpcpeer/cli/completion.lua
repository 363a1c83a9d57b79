--- `vpcpeer completion`: what makes a shell complete the words of the command.

local output = require "vpcpeer.cli.output"

local completion = {
    summary = "A script that makes a shell complete this command's words.",
    examples = {
        'eval "$(vpcpeer completion bash)"',
        "vpcpeer completion zsh > ~/.zfunc/_vpcpeer",
        "vpcpeer completion fish > ~/.config/fish/completions/vpcpeer.fish",
    },
    status = "Exit status: 0 printed, 2 misuse.",
}

function completion.define(command, cli)
    command:argument("shell", "bash, zsh or fish."):choices({ "bash", "zsh", "fish" }):argname("SHELL")
    cli.define_output(command, true, { "text" })
end

function completion.run(args, cli)
    local parser = cli.parser()
    return output.write(args, parser["get_" .. args.shell .. "_complete"](parser), 0, cli)
end

return completion
