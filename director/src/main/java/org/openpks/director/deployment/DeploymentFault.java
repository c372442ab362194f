package org.openpks.director.deployment;

import org.openpks.director.fault.BoshCode;

/// What may be wrong with a manifest, a deploy or an errand, with BOSH's numbers.
public enum DeploymentFault implements BoshCode {
    INVALID_TYPE(40000, Kind.INVALID),
    MISSING_FIELD(40001, Kind.INVALID),
    VALUE_TOO_SMALL(40002, Kind.INVALID),
    INVALID_VALUE(40005, Kind.INVALID),
    BAD_MANIFEST(440001, Kind.INVALID),
    UNSUPPORTED(140000, Kind.INVALID),
    DUPLICATE_NAME(140002, Kind.INVALID),
    UNKNOWN_VM_TYPE(140004, Kind.INVALID),
    UNKNOWN_STEMCELL_ALIAS(140005, Kind.INVALID),
    UNKNOWN_DISK_TYPE(140012, Kind.INVALID),
    NO_AZS(140017, Kind.INVALID),
    UNKNOWN_AZ(140018, Kind.INVALID),
    UNKNOWN_VM_EXTENSION(140022, Kind.INVALID),
    UNKNOWN_NETWORK(150001, Kind.INVALID),
    INVALID_STATIC_ADDRESSES(150009, Kind.INVALID),
    OVERLAPPING_SUBNETS(160001, Kind.INVALID),
    INVALID_LINK(190016, Kind.INVALID),
    NO_CLOUD_CONFIG(190020, Kind.INVALID),
    UNKNOWN_CONFIG(190025, Kind.INVALID),
    UNKNOWN_RELEASE(30005, Kind.MISSING),
    UNKNOWN_RELEASE_VERSION(30006, Kind.MISSING),
    UNKNOWN_STEMCELL(50003, Kind.MISSING),
    UNKNOWN_JOB(80000, Kind.INVALID),
    UNKNOWN_PACKAGE(80005, Kind.INVALID),
    TEMPLATE(80006, Kind.INVALID),
    UNKNOWN_DEPLOYMENT(70000, Kind.MISSING),
    UNKNOWN_INSTANCE(70001, Kind.MISSING),
    NO_ADDRESS_LEFT(130011, Kind.CAPACITY),
    ADDRESS_IN_USE(130009, Kind.CONFLICT),
    UNKNOWN_VARIABLE(540002, Kind.INVALID),
    INVALID_VARIABLE(540001, Kind.INVALID),
    NOT_RUNNING(400007, Kind.DEPENDENCY),
    UNRESPONSIVE(450002, Kind.DEPENDENCY),
    ERRAND(510000, Kind.INVALID),
    UNKNOWN_ERRAND(510001, Kind.MISSING),
    GENERIC(100, Kind.BUG);

    private final int number;
    private final Kind kind;

    DeploymentFault(int number, Kind kind) {
        this.number = number;
        this.kind = kind;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
