package org.openpks.osb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that a broker offers.
public record Catalog(List<ServiceOffering> services) {
    public Catalog(@Nullable List<ServiceOffering> services) {
        this.services = services == null ? List.of() : List.copyOf(services);
    }
}
