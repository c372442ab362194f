package org.openpks.director.api;

import java.util.List;
import java.util.function.Function;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.release.ReleaseUse;
import org.springframework.stereotype.Component;

/// Deployments use releases and stemcells; neither side knows the other.
@Component
class DeploymentUse implements ReleaseUse {

    private final Deployments deployments;

    DeploymentUse(Deployments deployments) {
        this.deployments = deployments;
    }

    @Override
    public List<String> ofRelease(String name, String version) {
        return naming(name + "/" + version, Deployments.Deployment::releases);
    }

    @Override
    public List<String> ofStemcell(String name, String version) {
        return naming(name + "/" + version, Deployments.Deployment::stemcells);
    }

    private List<String> naming(String label, Function<Deployments.Deployment, List<String>> labels) {
        return deployments.list().stream()
                .filter(deployment -> labels.apply(deployment).contains(label))
                .map(Deployments.Deployment::name)
                .toList();
    }
}
