package org.openpks.server.errand;

import java.util.List;

/// The clusters as the broker's management API shows them (On-Demand Broker, `/mgmt/service_instances`).
interface Fleet {

    /// All that there are.
    List<Instance> instances();

    /// Asks for an upgrade of one.
    Answer upgrade(Instance instance);

    /// Where an accepted upgrade stands.
    Progress progress(Instance instance, String operation);

    /// @param id the cluster's UUID
    record Instance(String id, String planId) {}

    /// What the broker says to an upgrade.
    sealed interface Answer {
        /// @param operation to poll with
        record Accepted(String operation) implements Answer {}

        /// There is nothing to do.
        record UpToDate() implements Answer {}

        /// Another operation runs on it, or the broker did not answer and may or may not have begun: ask again later.
        record Busy(String why) implements Answer {}

        /// The broker does not know it any more.
        record Deleted() implements Answer {}

        /// The broker knows it, but it has no deployment.
        record Orphan() implements Answer {}

        record Refused(String why) implements Answer {}
    }

    /// How far an upgrade is.
    sealed interface Progress {
        /// @param description the broker's sentence
        record Running(String description) implements Progress {}

        record Done() implements Progress {}

        record Failed(String why) implements Progress {}

        /// The broker does not tell now.
        record Silent(String why) implements Progress {}
    }
}
