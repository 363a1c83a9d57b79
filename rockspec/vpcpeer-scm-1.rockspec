rockspec_format = "3.0"
package = "vpcpeer"
version = "scm-1"
source = {
   url = "git+https://github.com/vpcpeer/vpcpeer.git",
}
description = {
   summary = "Answers reachability questions about AWS VPC networks, offline and exactly",
   detailed = [[
vpcpeer holds a model of AWS-style networks (VPCs, subnets, route tables, peering connections,
security groups, network ACLs, gateways, interfaces), written as Lua scripts or loaded from what
`aws ec2 describe-*` prints, and answers questions about it: can A reach B, by which hops, and if
not, why. A library for Lua 5.1 to 5.4 and LuaJIT, and a command.]],
   license = "MIT",
   homepage = "https://github.com/vpcpeer/vpcpeer",
   issues_url = "https://github.com/vpcpeer/vpcpeer/issues",
   maintainer = "The vpcpeer authors",
   labels = { "aws", "network", "cidr", "security", "commandline" },
}
supported_platforms = { "unix" }
dependencies = {
   "lua >= 5.1, < 5.6",
   "lua-cjson",
   "argparse",
   "luafilesystem",
}
external_dependencies = {
   CIDR = { header = "libcidr.h", library = "cidr" },
}
test_dependencies = {
   "busted",
   "luacheck",
}
build = {
   type = "builtin",
   -- `make rockspec` writes this table anew from the files of csrc and lua.
   modules = {
      ["vpcpeer.core"] = {
         sources = {
            "csrc/lvp_action.c",
            "csrc/lvp_arg.c",
            "csrc/lvp_cidr.c",
            "csrc/lvp_core.c",
            "csrc/lvp_dns.c",
            "csrc/lvp_load.c",
            "csrc/lvp_network.c",
            "csrc/lvp_object.c",
            "csrc/lvp_reader.c",
            "csrc/lvp_schema.c",
            "csrc/vp_addr.c",
            "csrc/vp_alloc.c",
            "csrc/vp_block.c",
            "csrc/vp_cidr.c",
            "csrc/vp_clone.c",
            "csrc/vp_diagnostic.c",
            "csrc/vp_dns.c",
            "csrc/vp_end.c",
            "csrc/vp_error.c",
            "csrc/vp_filter.c",
            "csrc/vp_holder.c",
            "csrc/vp_identity.c",
            "csrc/vp_index.c",
            "csrc/vp_interval.c",
            "csrc/vp_judge.c",
            "csrc/vp_name.c",
            "csrc/vp_network.c",
            "csrc/vp_ports.c",
            "csrc/vp_range_map.c",
            "csrc/vp_range_merge.c",
            "csrc/vp_record.c",
            "csrc/vp_route.c",
            "csrc/vp_schema.c",
            "csrc/vp_seal.c",
            "csrc/vp_set.c",
            "csrc/vp_set_builder.c",
            "csrc/vp_set_text.c",
            "csrc/vp_sort.c",
            "csrc/vp_space.c",
            "csrc/vp_stub.c",
            "csrc/vp_text.c",
            "csrc/vp_trace.c",
            "csrc/vp_walk.c",
            "csrc/vp_walk_check.c",
            "csrc/vp_walk_filter.c",
            "csrc/vp_walk_gateway.c",
            "csrc/vp_walk_hint.c",
            "csrc/vp_walk_middlebox.c",
            "csrc/vp_walk_pairs.c",
            "csrc/vp_walk_peering.c",
            "csrc/vp_walk_reply.c",
            "csrc/vp_walk_request.c",
            "csrc/vp_walk_side.c",
            "csrc/vp_walk_target.c",
         },
         libraries = { "cidr" },
         incdirs = { "$(CIDR_INCDIR)" },
         libdirs = { "$(CIDR_LIBDIR)" },
      },
      ["vpcpeer.aws"] = "lua/vpcpeer/aws.lua",
      ["vpcpeer.aws_reader"] = "lua/vpcpeer/aws_reader.lua",
      ["vpcpeer.cli.explain"] = "lua/vpcpeer/cli/explain.lua",
      ["vpcpeer.cli"] = "lua/vpcpeer/cli/init.lua",
      ["vpcpeer.cli.output"] = "lua/vpcpeer/cli/output.lua",
      ["vpcpeer.cli.page"] = "lua/vpcpeer/cli/page.lua",
      ["vpcpeer.cli.show"] = "lua/vpcpeer/cli/show.lua",
      ["vpcpeer.cli.trace"] = "lua/vpcpeer/cli/trace.lua",
      ["vpcpeer.codes"] = "lua/vpcpeer/codes.lua",
      ["vpcpeer.codes.filter"] = "lua/vpcpeer/codes/filter.lua",
      ["vpcpeer.codes.gateway"] = "lua/vpcpeer/codes/gateway.lua",
      ["vpcpeer.codes.known"] = "lua/vpcpeer/codes/known.lua",
      ["vpcpeer.codes.peering"] = "lua/vpcpeer/codes/peering.lua",
      ["vpcpeer.codes.query"] = "lua/vpcpeer/codes/query.lua",
      ["vpcpeer.codes.routing"] = "lua/vpcpeer/codes/routing.lua",
      ["vpcpeer.files"] = "lua/vpcpeer/files.lua",
      ["vpcpeer"] = "lua/vpcpeer/init.lua",
      ["vpcpeer.json"] = "lua/vpcpeer/json.lua",
      ["vpcpeer.load"] = "lua/vpcpeer/load.lua",
      ["vpcpeer.message"] = "lua/vpcpeer/message.lua",
      ["vpcpeer.objects"] = "lua/vpcpeer/objects.lua",
      ["vpcpeer.options"] = "lua/vpcpeer/options.lua",
      ["vpcpeer.phrase"] = "lua/vpcpeer/phrase.lua",
      ["vpcpeer.trace"] = "lua/vpcpeer/trace.lua",
      ["vpcpeer.trace_text"] = "lua/vpcpeer/trace_text.lua",
      ["vpcpeer.utf8"] = "lua/vpcpeer/utf8.lua",
   },
   install = {
      bin = { vpcpeer = "lua/vpcpeer/cli/vpcpeer" },
   },
}
test = {
   type = "command",
   command = "make test",
}
