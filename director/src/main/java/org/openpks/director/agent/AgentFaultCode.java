package org.openpks.director.agent;

import org.openpks.kernel.FaultCode;

/// Why a machine could not do what its agent was asked.
public enum AgentFaultCode implements FaultCode {
    /// The machine does not run, or its monit does not answer.
    MACHINE_UNRESPONSIVE(Kind.DEPENDENCY),
    /// A lifecycle script of a job ended with another code than 0.
    SCRIPT_FAILED(Kind.DEPENDENCY),
    /// A drain script failed or printed something that is no number.
    DRAIN_FAILED(Kind.DEPENDENCY),
    /// A job's processes did not end in time.
    STOP_FAILED(Kind.DEPENDENCY),
    /// A program did not end in time.
    PROGRAM_TIMEOUT(Kind.DEPENDENCY),
    /// A job's monit file cannot be understood.
    MONIT_FILE_INVALID(Kind.UNPROCESSABLE),
    /// The machine does not hold this job.
    JOB_UNKNOWN(Kind.MISSING);

    private final Kind kind;

    AgentFaultCode(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
