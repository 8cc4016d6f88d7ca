//go:build !webhooks

package main

import (
	"context"

	"go.githedgehog.com/fabric/api/meta"
	kclient "sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// withWebhooks says whether the rules that stand in webhooks are judged.
const withWebhooks = false

// validateWithin runs Validate() alone; rules that stand in webhooks are not judged.
func validateWithin(ctx context.Context, kube kclient.Client, cfg *meta.FabricConfig, object kclient.Object) (admission.Warnings, error) {
	return validate(ctx, kube, cfg, object)
}
