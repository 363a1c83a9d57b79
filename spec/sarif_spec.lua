-- Findings in other forms: SARIF keeps the rules of its schema, tables are harmless whatever is in them.

local cells = require "vpcpeer.report.cells"
local json = require "vpcpeer.json"
local peered = require "support.peered"
local places = require "vpcpeer.cli.places"
local rules = require "support.sarif"
local sarif = require "vpcpeer.report.sarif"
local shell = require "support.shell"
local vpcpeer = require "vpcpeer"

local function nowhere()
    return nil
end

local function log_of(net, place_of)
    return assert(json.decode(sarif.render(net:lint(), net, "1.2.3", place_of or nowhere)))
end

-- Blackholes, one-way routes and names that no parser should meet.
local function troubled(documents)
    table.remove(documents.RouteTables[2].Routes)
    documents.VpcPeeringConnections[2].Status.Code = "deleted"
    documents.Vpcs[1].Tags[1].Value = 'a"\1<b>\255|\n`'
end

describe("SARIF", function()
    it("keeps the rules of the schema", function()
        for _, net in ipairs { peered.network(), peered.network(troubled), vpcpeer.network() } do
            local log = log_of(net)
            assert.same({}, rules.violations(log))
            assert.equal(#net:lint(), #log.runs[1].results)
        end
    end)

    it("keeps them for every dump", function()
        local seen = 0
        for folder in shell.must("ls -d spec/cli/input/*/ ../shared/data/*/ 2>/dev/null || true"):gmatch "[^\n]+" do
            local net = vpcpeer.load(folder)
            if net then
                local findings, ids = net:lint(), {}
                for _, finding in ipairs(findings) do
                    for _, id in ipairs(finding.resource_ids) do
                        ids[#ids + 1] = id
                    end
                end
                local log = log_of(net, places.finder(net, { folder }, ids))
                assert.same({}, rules.violations(log), folder)
                for _, result in ipairs(log.runs[1].results) do
                    assert.is_table(result.locations[1].physicalLocation, folder)
                    seen = seen + 1
                end
            end
        end
        assert.is_true(seen > 5)
    end)

    it("notices a log that breaks them", function()
        local log = log_of(peered.network())
        local result = log.runs[1].results[1]
        for _, case in ipairs {
            { result, "level", "info", "level is info" }, { result, "message", nil, "lacks message" },
            { result, "ruleIndex", 3, "another rule" }, { log, "version", "2.0.0", "is '2.0.0'" },
            { result, "rule", "x", "unknown rule" },
            { result.locations[1], "physicalLocation", { artifactLocation = { uri = "a b" } }, "no URI" },
        } do
            local before = case[1][case[2]]
            case[1][case[2]] = case[3]
            assert.matches(case[4], table.concat(rules.violations(log), "\n"))
            case[1][case[2]] = before
        end
        assert.same({}, rules.violations(log))
    end)

    it("describes every code, with the level of its findings", function()
        local driver = log_of(vpcpeer.network()).runs[1].tool.driver
        assert.equal("1.2.3", driver.version)
        for i, code in ipairs(require("vpcpeer.lint").codes()) do
            assert.equal(code, driver.rules[i].id)
            assert.is_true(#driver.rules[i].help.text > #driver.rules[i].shortDescription.text)
        end
    end)

    it("has fingerprints that differ between findings and stay when names change", function()
        local function fingerprints(net)
            local list, seen = {}, {}
            for i, result in ipairs(log_of(net).runs[1].results) do
                list[i] = result.partialFingerprints["vpcpeer/v1"]
                assert.is_nil(seen[list[i]])
                seen[list[i]] = true
            end
            return list
        end
        local before = fingerprints(peered.network())
        assert.is_true(#before > 2)
        assert.same(before, fingerprints(peered.network(function(documents)
            documents.Vpcs[1].Tags[1].Value = "renamed"
        end)))
    end)

    it("points at the file and line of a resource, below folders with odd names, too", function()
        local folder = shell.temporary_folder()
        shell.must("mkdir " .. shell.quote(folder .. "/a b%\195\164"))
        local path = folder .. "/a b%\195\164/all.json"
        shell.write(path, json.encode(peered.documents(), 2))
        local net = assert(vpcpeer.load(folder))
        local found, line = places.finder(net, { folder }, { "rtb-b", "nobody" })("rtb-b")
        assert.equal(path, found)
        local at, text = 0, nil
        for each in shell.read(path):gmatch "([^\n]*)\n" do
            at = at + 1
            text = text or at == line and each
        end
        assert.matches('"rtb%-b"', text)
        local log = log_of(net, places.finder(net, { folder }, { "rtb-a", "rtb-b", "rtb-c" }))
        assert.same({}, rules.violations(log))
        local location = log.runs[1].results[1].locations[1].physicalLocation
        assert.matches("^file:///.*/a%%20b%%25%%C3%%A4/all%.json$", location.artifactLocation.uri)
        shell.remove(folder)
    end)
end)

describe("tables", function()
    it("hold no formula in CSV, and quote as RFC 4180 says", function()
        assert.equal("'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",a=b,\n", cells.csv {
            "=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=b", "" })
        assert.equal('"a,b","say ""x""","two\nlines",plain,?\n', cells.csv { "a,b", 'say "x"', "two\nlines", "plain",
            "\1" })
        assert.equal("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n", cells.csv { '=HYPERLINK("http://x","y")' })
    end)

    it("hold no markup in Markdown", function()
        assert.equal("| a\\|b | two?lines | \\`x\\` \\<b> | \\[x\\](y) \\*z\\* |\n", cells.markdown {
            "a|b", "two\nlines", "`x` <b>", "[x](y) *z*" })
        assert.equal("| a | b |\n| --- | --- |\n", cells.markdown_head { "a", "b" })
    end)
end)
