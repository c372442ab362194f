package org.openpks.director.cpi;

import org.openpks.kernel.FaultCode;

/// Why a machine, a disk or a stemcell could not be made, changed or deleted.
public enum CpiFaultCode implements FaultCode {
    /// The manifest or the cloud config asks for something this cloud cannot give.
    CLOUD_PROPERTIES_INVALID(Kind.INVALID),
    STEMCELL_UNKNOWN(Kind.MISSING),
    STEMCELL_IN_USE(Kind.CONFLICT),
    VM_UNKNOWN(Kind.MISSING),
    DISK_UNKNOWN(Kind.MISSING),
    DISK_IN_USE(Kind.CONFLICT),
    /// A program or a system call of the machine below failed.
    HOST_FAILED(Kind.DEPENDENCY),
    /// A program of the machine below did not end in time.
    HOST_TIMEOUT(Kind.DEPENDENCY);

    private final Kind kind;

    CpiFaultCode(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
