// Command oracle asks Hedgehog's own admission code about manifests and prints what it says.
//
// It reads YAML, applies Default() and Validate() of the module go.githedgehog.com/fabric to each object, with a reader that holds the other
// objects in their defaulted form, and prints verdicts as JSON. It decides nothing itself.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

const usage = `usage:
  oracle judge DIR             one JSON verdict a line for each object under DIR
  oracle check VECTORS...      judge the cases of vector files; exit 1 where a recorded verdict differs
  oracle record VECTORS        print the vector file with this oracle's verdicts
`

const fabricModule = "go.githedgehog.com/fabric"

// errDiffers says that a recorded verdict is not the oracle's.
var errDiffers = errors.New("recorded verdicts differ")

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		if errors.Is(err, errDiffers) {
			os.Exit(1)
		}
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "judge":
		return judgeDirectory(ctx, args[1], out)
	case len(args) > 1 && args[0] == "check":
		return checkVectors(ctx, args[1:], out)
	case len(args) == 2 && args[0] == "record":
		return recordVectors(ctx, args[1], out)
	default:
		return errors.New(usage)
	}
}

func judgeDirectory(ctx context.Context, dir string, out io.Writer) error {
	documents, err := readDirectory(dir)
	if err != nil {
		return err
	}
	tree := newTree(documents)
	cfg, err := newConfig(nil, tree.hasGateways())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for _, verdict := range tree.judgeAll(ctx, cfg) {
		if err := encoder.Encode(verdict); err != nil {
			return fmt.Errorf("writing a verdict: %w", err)
		}
	}

	return nil
}

// module tells which version of Hedgehog's module judges, and whether it is the published one.
func module() (version string, published bool) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown", false
	}
	for _, dependency := range info.Deps {
		if dependency.Path != fabricModule {
			continue
		}
		if dependency.Replace != nil {
			return "replaced by " + dependency.Replace.Path, false
		}

		return dependency.Version, true
	}

	return "unknown", false
}
