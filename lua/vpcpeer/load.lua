--- Loading: files, folders, text or decoded tables into a network.
--
-- What a document is shows in its content. A load is lenient: what cannot be kept is a diagnostic of
-- the network, with file and JSON path; only input that cannot be read at all is an error. Files are
-- decoded one by one, so memory stays near that of the largest.
-- @module vpcpeer.load

local aws_reader = require "vpcpeer.aws_reader"
local core = require "vpcpeer.core"
local json = require "vpcpeer.json"
local options = require "vpcpeer.options"

local load = {}

local KNOWN = {
    owner_id = "string",
    region = "string",
    strict = "boolean",
    prefix_list_id = "string",
    progress = "function",
    trusted = "boolean",
    transit_gateway_route_table_id = "string",
}

-- Bytes of a document, or of a load, after which its garbage is collected, not held for the next one.
local LARGE_BYTES = 8 * 1024 * 1024

-- Bytes in which the name of a document's list stands, if it is the only one.
local HEAD_BYTES = 1024

--- A diagnostic as one line that stands alone: `vpcs.json: Vpcs[3].CidrBlock "10.0.0.0/33": ...`.
-- @tparam table diagnostic one of network:diagnostics()
-- @treturn string line
function load.line(diagnostic)
    local where = diagnostic.path or diagnostic.resource_id
    local text = where and where .. " " .. diagnostic.message or diagnostic.message
    return diagnostic.file and diagnostic.file .. ": " .. text or text
end

local function terraform() return require "vpcpeer.terraform" end -- loaded by its first document

-- ---- one load ------------------------------------------------------------------------------------

-- A load in progress: the network, the reader of its documents, what was seen.
local function begin(given)
    local network = core.network { owner_id = given.owner_id, region = given.region }
    return {
        network = network,
        options = given,
        reader = aws_reader.new(network, given),
        deferred = {}, bytes = 0,
    }
end

local function give_up(run, message, code)
    run.network:close()
    return nil, message, code
end

-- The first warning in parentheses, for a load of which nothing is left but its warnings.
local function first_warning(network)
    for _, diagnostic in ipairs(network:diagnostics()) do
        if diagnostic.severity ~= "info" then
            return " (" .. load.line(diagnostic) .. ")"
        end
    end
    return ""
end

-- What was loaded since the last time is completed and judged.
local function seal(run)
    core.seal(run.network, { owner_id = run.options.owner_id, region = run.options.region })
end

-- Seals the model, runs topologies and applies `strict`. `what` names the input in messages.
local function finish(run, what, scripts)
    if not run.only_scripts and not run.reader.known and not (run.terraform and run.terraform.known) then
        local problem = run.terraform and ": no Terraform document in it holds a resource of the provider aws"
            or ": nothing in it is output of 'aws ec2 describe-*' or of Terraform"
        return give_up(run, what .. problem .. first_warning(run.network), "nothing_known")
    end
    if run.terraform then
        terraform().finish(run.terraform)
    end
    aws_reader.finish(run.reader)
    seal(run)
    -- Topologies may build on what the documents describe, which is complete by now.
    for _, file in ipairs(scripts or {}) do
        local ok, message, code = require("vpcpeer.topology").load(run.network, file, run.options.trusted)
        if not ok then
            return give_up(run, message, code)
        end
    end
    seal(run)
    core.give_back(run.bytes > LARGE_BYTES)
    if run.options.strict then
        for _, diagnostic in ipairs(run.network:diagnostics()) do
            if diagnostic.severity ~= "info" then
                return give_up(run, load.line(diagnostic), diagnostic.code)
            end
        end
    end
    return run.network
end

-- Reads a document; a problem of a file that the user did not name is a warning, no more.
local function read_document(run, source, document, cut)
    local may_be = type(document) == "table" and (document.terraform_version or document.format_version)
    if not may_be or not terraform().is_document(document) then
        aws_reader.read(run.reader, document, source, cut)
        return true
    end
    run.terraform = run.terraform or terraform().new(run.network)
    local ok, message, code = terraform().read(run.terraform, document, source)
    if ok then
        return true
    elseif source.named then
        return nil, (source.name and source.name .. ": " or "") .. message, code
    end
    core.diagnose(run.network, "warning", code, nil, source.name, nil, message)
    return true
end

-- A file with instances waits until all others are read (semantics 11.1.5: what describes an
-- interface itself comes before the copies inside instances).
local function defer(run, file, text)
    -- Standard input cannot be read twice.
    file.text = file.path == "-" and text or nil
    run.deferred[#run.deferred + 1] = file
    return true
end

-- Reads a text; true in `waits` says that instances in it are to be left for later.
local function read_text(run, source, text, waits)
    run.bytes = run.bytes + #text
    local cut = json.cut(text, aws_reader.LONG, aws_reader.AROUND)
    if cut then
        if waits and (cut.lists.Reservations or cut.rest.Reservations) then
            return defer(run, source, text)
        end
        return read_document(run, source, cut.rest, cut)
    elseif waits and text:find('"Reservations"', 1, true) then
        return defer(run, source, text)
    end
    local document, message, code = json.decode(text)
    if document == nil then
        if source.named then
            return nil, (source.name and source.name .. ": " or "") .. message, code
        end
        core.diagnose(run.network, "warning", code, nil, source.name, nil, message)
        return true
    end
    return read_document(run, source, document)
end

-- Reads a file. The name of the list stands at the beginning of what AWS prints, so that most files
-- with instances are known without being cut.
local function read_file(run, files, file, waited)
    local text, problem = file.text, nil
    if not text then
        text, problem = files.read(file, json.MAX_BYTES)
    end
    if not text and file.named then
        return nil, file.name .. ": " .. problem, "unreadable"
    elseif not text then
        core.diagnose(run.network, "warning", "unreadable", nil, file.name, nil, problem)
        return true
    elseif not waited and text:sub(1, HEAD_BYTES):find('"Reservations"', 1, true) then
        return defer(run, file, text)
    end
    local ok, message, code = read_text(run, file, text, not waited)
    if #text > LARGE_BYTES then
        text = nil -- luacheck: ignore (garbage from here on)
        collectgarbage()
    end
    return ok, message, code
end

local function read_files(run, files, list, waited)
    for i, file in ipairs(list) do
        if run.options.progress then
            run.options.progress(file.name, i, #list)
        end
        local ok, message, code = read_file(run, files, file, waited)
        if not ok then
            return nil, message, code
        end
    end
    return true
end

-- ---- the three doors -----------------------------------------------------------------------------

--- Loads files and folders that hold the output of `aws ec2 describe-*`, of `terraform show -json`
-- (of a plan or a state), Terraform states of version 4, and topologies.
-- A folder is searched for `*.json` and `*.tfstate`, whatever the files are called. Folders named by an account
-- (12 digits) or a Region say where the objects in them belong, unless these say it themselves.
--
-- A path that names a `.lua` file is a topology: a script that gets `net` (what the documents made)
-- and `vpcpeer` as arguments and as globals, and of Lua what computes: no io, os, debug, require,
-- load, coroutines, metatables. It is stopped when it runs too long or takes too much memory. These
-- limits catch mistakes and are **no security boundary**: a host trusts a topology like any script,
-- and a call in C, such as a search for a bad pattern, is not interrupted. The command runs them in
-- a process of its own with limits on processor time and memory.
-- @tparam string|{string,...} paths a file, a folder, `-` for standard input, or a list of them
-- @tparam[opt] table given `owner_id`, `region`: of objects that do not say theirs, and of the
-- network's default caller (else the account and Region of most VPCs are); `strict`: the first warning
-- or error is `nil, message, code`; `prefix_list_id`: of documents with the entries of a prefix list
-- that is not named; `transit_gateway_route_table_id`: of documents with routes, associations or
-- propagations of a transit gateway route table that is not named; `progress`: a function called before
-- each file is read, with its name, its number and how many there are; `trusted`: topologies see the
-- host's globals and run without limits
-- @treturn[1] network see `network:diagnostics` for what was kept but not liked
-- @treturn[2] nil
-- @treturn[2] string message, naming file and place
-- @treturn[2] string code: not_found, empty, unreadable, invalid_json, invalid_utf8, limit,
-- nothing_known, unsupported, unsupported_version, missing_module, syntax_error, script_error,
-- limit_exceeded; AWS's code where a topology's call is refused; with `strict` also a diagnostic's
-- @raise for another type, an unknown or unsupported option
-- @usage
-- local net, message = vpcpeer.load("dump")
-- if not net then print(message) os.exit(2) end
-- for _, d in ipairs(net:diagnostics()) do print(d.severity, d.file, d.path, d.message) end
function load.load(paths, given)
    local list = type(paths) == "string" and { paths } or paths
    if type(list) ~= "table" then
        error("a path must be a string or a list of strings, not " .. type(paths), 2)
    end
    for i = 1, #list do
        if type(list[i]) ~= "string" then
            error("path " .. i .. " must be a string, not " .. type(list[i]), 2)
        end
    end
    local checked = options.check(given, KNOWN, 2)
    local files = require "vpcpeer.files"
    local found, message, code = files.find(list)
    if not found then
        return nil, message, code
    end
    local run, documents, scripts = begin(checked), {}, {}
    for _, file in ipairs(found) do
        table.insert(file.is_script and scripts or documents, file)
    end
    run.only_scripts = #documents == 0
    local ok
    for _, round in ipairs { { documents, false }, { run.deferred, true } } do
        ok, message, code = read_files(run, files, round[1], round[2])
        if not ok then
            return give_up(run, message, code)
        end
    end
    return finish(run, table.concat(list, ", "), scripts)
end

--- Loads one JSON text.
-- @tparam string text
-- @tparam[opt] table given as for `load`
-- @treturn[1] network
-- @treturn[2] nil
-- @treturn[2] string message, with the byte offset of bad syntax
-- @treturn[2] string code
-- @raise for another type, an unknown or unsupported option
-- @usage
-- local net = assert(vpcpeer.load_json('{"Vpcs":[{"VpcId":"vpc-a","CidrBlock":"10.0.0.0/16"}]}'))
function load.load_json(text, given)
    if type(text) ~= "string" then
        error("the text must be a string, not " .. type(text), 2)
    end
    local run = begin(options.check(given, KNOWN, 2))
    local ok, message, code = read_text(run, { named = true }, text)
    if not ok then
        return give_up(run, message, code)
    end
    return finish(run, "the text")
end

--- Loads a document that the host has decoded, with any JSON reader. The tables are not changed.
-- @tparam table decoded null may be any userdata; an empty list may be `{}`
-- @tparam[opt] table given as for `load`
-- @treturn[1] network
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise for another type, an unknown or unsupported option
-- @usage
-- local net = assert(vpcpeer.load_tables { Vpcs = { { VpcId = "vpc-a", CidrBlock = "10.0.0.0/16" } } })
function load.load_tables(decoded, given)
    if type(decoded) ~= "table" then
        error("the document must be a table, not " .. type(decoded), 2)
    end
    local run = begin(options.check(given, KNOWN, 2))
    local ok, message, code = read_document(run, { named = true }, decoded)
    if not ok then
        return give_up(run, message, code)
    end
    return finish(run, "the document")
end

return load
