package org.openpks.cli.watch;

import java.util.List;
import org.openpks.cli.api.Step;

/// Shows the steps of an operation. Called by one thread.
sealed interface StepView permits LiveSteps, PlainSteps {
    /// New steps, or known ones that have moved on.
    void steps(List<Step> steps);

    /// What the operation as a whole is doing, when that is all there is to say.
    void status(String text);

    /// Called some times a second, for what changes with time alone.
    void tick();

    /// The operation has ended; nothing is shown after this.
    void end();
}
