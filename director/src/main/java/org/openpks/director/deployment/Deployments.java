package org.openpks.director.deployment;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The deployments and their instances as they stand in the database; what the HTTP API shows.
public interface Deployments {

    List<Deployment> list();

    Optional<Deployment> find(String name);

    /// Creates the row when it is missing, as POST /deployments does before its task runs.
    Deployment ensure(String name);

    List<Instance> instances(String deployment);

    /// @param manifest the text of the last successful deploy, byte for byte; empty until then
    record Deployment(
            String name,
            Optional<String> manifest,
            List<String> releases,
            List<String> stemcells,
            List<Long> cloudConfigIds) {}

    /// @param releases and stemcells of [Deployment] are `name/version`
    record Instance(
            String deployment,
            String group,
            int index,
            String id,
            String az,
            boolean bootstrap,
            String state,
            List<String> ips,
            Optional<String> vmCid,
            Optional<String> agentId,
            Optional<Instant> vmCreatedAt,
            Optional<String> diskCid,
            String vmType,
            Map<String, Object> cloudProperties,
            boolean errand) {}
}
