package org.openpks.director.deployment;

import java.util.List;
import java.util.Map;

/// The deployments' rows, for those who change them.
interface DeploymentStore extends Deployments {

    /// Notes a success: the manifest byte for byte and what it used.
    /// @param releases and stemcells as `name/version`
    void succeeded(
            String name, String manifest, List<String> releases, List<String> stemcells, List<Long> cloudConfigIds);

    /// The versions of variables, by absolute name, that the last deploy took; empty before the first.
    Map<String, String> variables(String name);

    void variables(String name, Map<String, String> versions);

    /// Forgets the deployment. Its instances must be gone.
    void remove(String name);
}
