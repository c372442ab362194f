package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A virtual machine of a deployment, from the short or the full list.
/// @param jobState only in the full list
public record Vm(
        @JsonProperty("cid") @JsonAlias("vm_cid") @Nullable String cid,

        @JsonProperty("job") @JsonAlias("job_name") @Nullable
        String job,

        @Nullable Integer index,
        @Nullable String id,
        @Nullable String az,
        List<String> ips,
        @JsonProperty("job_state") @Nullable String jobState,
        @Nullable List<Process> processes) {

    public Vm {
        ips = ips == null ? List.of() : List.copyOf(ips);
    }

    public record Process(String name, String state) {}
}
