package org.openpks.bosh;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A virtual machine of a deployment, as the Director has it on record.
public record Vm(
        @Nullable String cid,
        @Nullable String job,
        @Nullable Integer index,
        @Nullable String id,
        @Nullable String az,
        List<String> ips) {

    public Vm {
        ips = ips == null ? List.of() : List.copyOf(ips);
    }
}
