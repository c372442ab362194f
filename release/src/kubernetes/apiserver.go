package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	genericapiserver "k8s.io/apiserver/pkg/server"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/rest"
	"k8s.io/component-base/cli/globalflag"
	"k8s.io/component-base/logs"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/component-base/version/verflag"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// apiServerCommand is kube-apiserver without its cache of accepted tokens.
// No flag governs that cache, and with it a token outlives its account by up
// to ten seconds. Credentials that are taken back shall end at once; a check
// costs one signature and look-ups in memory.
func apiServerCommand() *cobra.Command {
	run := options.NewServerRunOptions()
	run.Authentication.TokenSuccessCacheTTL = 0
	components := run.GenericServerRunOptions.ComponentGlobalsRegistry
	ctx := genericapiserver.SetupSignalContext()
	command := &cobra.Command{
		Use:          "kube-apiserver",
		Short:        "The Kubernetes API server",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			verflag.PrintAndExitIfRequested()
			if err := components.Set(); err != nil {
				return fmt.Errorf("feature gates: %w", err)
			}
			if err := logsapi.ValidateAndApply(run.Logs, utilfeature.DefaultFeatureGate); err != nil {
				return fmt.Errorf("logging: %w", err)
			}
			// The server asks itself for deprecated kinds; that is nobody's concern.
			rest.SetDefaultWarningHandler(rest.NoWarnings{})
			completed, err := run.Complete(ctx)
			if err != nil {
				return fmt.Errorf("complete options: %w", err)
			}
			if problems := completed.Validate(); len(problems) > 0 {
				return errors.Join(problems...)
			}
			utilfeature.DefaultMutableFeatureGate.AddMetrics()
			components.AddMetrics()
			return app.Run(ctx, completed)
		},
	}
	command.SetContext(ctx)
	sets := run.Flags()
	verflag.AddFlags(sets.FlagSet("global"))
	globalflag.AddGlobalFlags(sets.FlagSet("global"), command.Name(), logs.SkipLoggingConfigurationFlags())
	for _, set := range sets.FlagSets {
		command.Flags().AddFlagSet(set)
	}
	return command
}
