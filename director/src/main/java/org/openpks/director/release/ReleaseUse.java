package org.openpks.director.release;

import java.util.List;

/// Who uses releases and stemcells: what is in use is not deleted.
public interface ReleaseUse {

    /// The names of the deployments that use the release in this version.
    List<String> ofRelease(String name, String version);

    List<String> ofStemcell(String name, String version);
}
