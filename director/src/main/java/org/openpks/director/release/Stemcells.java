package org.openpks.director.release;

import java.util.List;
import java.util.Optional;

/// Uploaded stemcells.
public interface Stemcells {

    /// The version may be exact, `latest`, or `N.latest` for the newest of a line.
    Optional<Stemcell> findByOs(String operatingSystem, String version);

    Optional<Stemcell> findByName(String name, String version);

    List<Stemcell> list();

    record Stemcell(long id, String name, String operatingSystem, String version, String cid, int apiVersion) {}
}
