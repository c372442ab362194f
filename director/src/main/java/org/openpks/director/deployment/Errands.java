package org.openpks.director.deployment;

import java.util.List;

/// The errands that a deployment offers: groups with `lifecycle: errand` and jobs with a template for `bin/run`.
public interface Errands {

    List<String> of(String deployment);
}
