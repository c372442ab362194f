// Command builder builds the Kubernetes release and the stemcell.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"openpks.org/release/builder/internal/build"
)

func main() {
	cache := os.Getenv("OPENPKS_CACHE")
	if home, err := os.UserHomeDir(); cache == "" && err == nil {
		cache = filepath.Join(home, ".cache", "openpks")
	}
	options := build.Options{Out: os.Stdout}
	flag.StringVar(&options.Release, "release", "release", "folder of the release")
	flag.StringVar(&options.Stemcell, "stemcell", "stemcell", "folder of the stemcell")
	flag.StringVar(&options.Cache, "cache", cache, "folder for everything that is built; also $OPENPKS_CACHE")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: release/build [MINOR]...   MINOR: an older minor version of Kubernetes to build too, such as 1.36")
		flag.PrintDefaults()
	}
	flag.Parse()
	options.Older = flag.Args()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, options)
	interrupted := ctx.Err() != nil
	stop()
	if interrupted {
		fmt.Fprintln(os.Stderr, "build interrupted; what is complete stays in the cache")
		os.Exit(130)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, options build.Options) error {
	for _, folder := range []*string{&options.Release, &options.Stemcell} {
		absolute, err := filepath.Abs(*folder)
		if err != nil {
			return err
		}
		*folder = absolute
	}
	return build.Run(ctx, options)
}
