/// What the director asks of a machine once it runs: apply a specification, run scripts, start and stop jobs, tell
/// its state.
@NullMarked
package org.openpks.director.agent;

import org.jspecify.annotations.NullMarked;
