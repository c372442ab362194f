package org.openpks.bosh;

import java.util.List;

/// A deployment in the Director's list.
public record Deployment(String name, List<Version> releases, List<Version> stemcells) {

    public Deployment {
        releases = releases == null ? List.of() : List.copyOf(releases);
        stemcells = stemcells == null ? List.of() : List.copyOf(stemcells);
    }

    public record Version(String name, String version) {}
}
