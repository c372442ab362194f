package org.openpks.director.cpi;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The BOSH Cloud Provider Interface, version 2: the methods and meanings of docs-bosh `cpi-api-v2`.
///
/// Every method may be called again after a crash: deleting what is gone is no error. Failures are
/// [org.openpks.kernel.Fault]s that name the cause and the next step.
public interface Cpi {

    /// Stores a stemcell's image and returns its cloud id.
    String createStemcell(Path image, Map<String, Object> cloudProperties);

    void deleteStemcell(String stemcellCid);

    /// Makes and boots a machine. When it returns, the machine's agent can be reached by its cloud id.
    Vm createVm(VmRequest request);

    void deleteVm(String vmCid);

    boolean hasVm(String vmCid);

    void rebootVm(String vmCid);

    /// Names the machine for operators: deployment, instance group, index and the like. No secrets.
    void setVmMetadata(String vmCid, Map<String, String> metadata);

    /// Makes a persistent disk of the given size in MiB.
    String createDisk(int sizeMb, Map<String, Object> cloudProperties, Optional<String> vmCid);

    void deleteDisk(String diskCid);

    boolean hasDisk(String diskCid);

    /// Attaches the disk; the machine sees it at `/var/vcap/store`.
    void attachDisk(String vmCid, String diskCid);

    void detachDisk(String vmCid, String diskCid);

    /// Every machine of ours that exists, for finding what a crash left behind.
    List<String> vms();

    /// What a machine is made of.
    /// @param networks the networks by name, in the manifest's order
    /// @param cloudProperties merged: AZ, then VM type, then VM extensions in their order
    record VmRequest(
            String agentId,
            String stemcellCid,
            Map<String, Object> cloudProperties,
            Map<String, Network> networks,
            List<String> diskCids,
            Map<String, Object> env) {}

    /// One interface of a machine, as a manual BOSH network describes it.
    /// @param cloudProperties the subnet's, for example the bridge that it stands for
    record Network(
            String ip,
            String netmask,
            String gateway,
            List<String> dns,
            List<String> defaults,
            Map<String, Object> cloudProperties) {}

    /// A machine that was made, with the networks as the cloud settled them.
    record Vm(String cid, Map<String, Network> networks) {}
}
