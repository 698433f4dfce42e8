package main

import (
	"fmt"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"muslrun/arch/all"
	"muslrun/cmd/muslrun/internal/guest"
)

// version is muslrun's own.
const version = "0.1"

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print muslrun's version and its engines",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			engines := strings.Join(guest.EngineNames(), ", ")
			if engines == "" {
				engines = "none"
			}
			fmt.Fprintf(cmd.OutOrStdout(), "muslrun %s (%s %s/%s), engines: %s\n",
				version, runtime.Version(), runtime.GOOS, runtime.GOARCH, engines)
		},
	}
}

func abisCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "abis",
		Short: "list every ABI, the engine that runs it, and whether musl's runtime for it is installed",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return listABIs(cmd) },
	}
}

func listABIs(cmd *cobra.Command) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ABI\tBITS\tORDER\tENGINE\tRUNTIME\tSTATE")
	for _, name := range all.Names() {
		abi := all.ByName(name)
		engine, why := guest.Support(abi)
		state := "runs"
		if why != nil {
			engine, state = "-", why.Error()
		}
		fmt.Fprintf(w, "%s\t%d\t%v\t%s\t%s\t%s\n", name, abi.Data.PtrSize*8, abi.Data.Order, engine, runtimeState(name), state)
	}
	return w.Flush()
}

// runtimeState says whether dynamically linked programs of an ABI run without a root.
func runtimeState(abi string) string {
	if guest.HasRuntime(abi) {
		return "installed"
	}
	return "-"
}
