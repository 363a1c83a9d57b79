// lpm.go - cidranger and critbitgo (golang-*-dev of Debian): `lpm FOLDER cidranger|critbitgo FAMILY`.
package main

import (
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
	"syscall"

	"github.com/k-sone/critbitgo"
	"github.com/yl2chen/cidranger"
)

// Processor time of the process, collecting garbage included.
func processorSeconds() float64 {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return float64(used.Utime.Sec+used.Stime.Sec) + float64(used.Utime.Usec+used.Stime.Usec)*1e-6
}

func measure(workload string, repeats int, work func() int) {
	times := make([]float64, repeats)
	answer := 0
	for i := range times {
		start := processorSeconds()
		answer = work()
		times[i] = processorSeconds() - start
	}
	sort.Float64s(times)
	fmt.Printf("%s\t%.9f\t%d\n", workload, times[repeats/2], answer)
}

func lines(path string) []string {
	bytes, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSpace(string(bytes)), "\n")
}

func run(folder, peer, family string) {
	var networks []*net.IPNet
	for _, line := range lines(folder + "/routes" + family + ".txt") {
		_, network, err := net.ParseCIDR(line)
		if err != nil {
			panic(err)
		}
		networks = append(networks, network)
	}
	var addresses []net.IP
	for _, line := range lines(folder + "/hits" + family + ".txt") {
		address := net.ParseIP(line)
		if four := address.To4(); four != nil {
			address = four
		}
		addresses = append(addresses, address)
	}
	var find func(address net.IP) bool
	build := func() int {
		if peer == "cidranger" {
			ranger := cidranger.NewPCTrieRanger()
			for _, network := range networks {
				ranger.Insert(cidranger.NewBasicRangerEntry(*network))
			}
			find = func(address net.IP) bool { found, _ := ranger.Contains(address); return found }
		} else {
			tree := critbitgo.NewNet()
			for i, network := range networks {
				tree.Add(network, i)
			}
			find = func(address net.IP) bool { route, _, _ := tree.MatchIP(address); return route != nil }
		}
		return len(networks)
	}
	measure("lpm_build", 1, build)
	measure("lpm", 3, func() int {
		hits := 0
		for _, address := range addresses {
			if find(address) {
				hits++
			}
		}
		return hits
	})
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: lpm FOLDER cidranger|critbitgo FAMILY")
		os.Exit(2)
	}
	run(os.Args[1], os.Args[2], os.Args[3])
}
