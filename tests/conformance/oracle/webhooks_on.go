//go:build webhooks

package main

import (
	"context"

	"go.githedgehog.com/fabric/api/meta"
	wiringapi "go.githedgehog.com/fabric/api/wiring/v1beta1"
	"go.githedgehog.com/fabric/pkg/ctrl"
	kclient "sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// validateWithin runs the webhook where one has rules of its own for new objects (connections within a VPC), else Validate().
func validateWithin(ctx context.Context, kube kclient.Client, cfg *meta.FabricConfig, object kclient.Object) (admission.Warnings, error) {
	connection, ok := object.DeepCopyObject().(*wiringapi.Connection)
	if !ok {
		return validate(ctx, kube, cfg, object)
	}
	webhook := &ctrl.ConnectionWebhook{Client: kube, Scheme: scheme, KubeClient: kube, Cfg: cfg}

	return webhook.ValidateCreate(ctx, connection)
}
