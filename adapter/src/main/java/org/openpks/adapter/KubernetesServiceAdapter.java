package org.openpks.adapter;

import java.util.Optional;

/// The adapter for Kubernetes clusters.
public final class KubernetesServiceAdapter implements ServiceAdapter {

    @Override
    public GeneratedManifest generateManifest(GenerateManifest request) {
        return new ManifestGenerator(request).generate();
    }

    @Override
    public Binding createBinding(CreateBinding request) {
        var wishes = BindParameters.of(request.requestParameters());
        return new Binding(Identities.of(request.manifest(), request.boshVms(), request.secrets())
                .bind(request.bindingId(), wishes));
    }

    @Override
    public void deleteBinding(DeleteBinding request) {
        Identities.of(request.manifest(), request.boshVms(), request.secrets()).unbind(request.bindingId());
    }

    @Override
    public Optional<String> dashboardUrl(DashboardUrl request) {
        return Optional.empty();
    }

    @Override
    public PlanSchemas generatePlanSchemas(Plan plan) {
        return ParameterSchemas.of(plan);
    }
}
