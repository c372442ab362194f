package org.openpks.cli.testkit;

/// Answers of the PKS API in the shape that the product gives them.
public final class Bodies {
    private Bodies() {}

    public static final String PLANS = """
            [{"id":"8A0E21A8-8072-4D80-B365-D1F502085560","name":"small","description":"One master, three workers.",\
            "worker_instances":3,"master_instances":1,"allow-privileged-containers":false},\
            {"id":"58375a45-17f7-4291-acf1-455bfdc8e371","name":"medium","description":"Three masters.",\
            "worker_instances":3,"master_instances":3,"allow-privileged-containers":true}]""";

    public static final String KUBECONFIG = """
            {"preferences":{},"apiVersion":"v1","kind":"Config","current-context":"my-cluster",
             "contexts":[{"name":"my-cluster","context":{"cluster":"my-cluster","user":"0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11"}}],
             "clusters":[{"name":"my-cluster","cluster":{"certificate-authority-data":"Y2E=","server":"https://my-cluster.example.com:8443"}}],
             "users":[{"name":"0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11","user":{"token":"kube-token"}}]}""";

    /// The cluster `my-cluster` after an action.
    public static String cluster(String action, String state, String description) {
        return """
            {"name":"my-cluster","plan_name":"small","last_action":"%s","last_action_state":"%s",\
            "last_action_description":"%s","uuid":"4b1a9b6d-3594-4cad-ad0f-22043fb26480",\
            "kubernetes_master_ips":["%s"],"network_profile_name":null,"compute_profile_name":"",\
            "kubernetes_profile_name":null,"k8s_version":"1.37.2","pks_version":"1.7.0-build.1",\
            "available_upgrades":[],"parameters":{"kubernetes_master_host":"my-cluster.example.com",\
            "kubernetes_master_port":8443,"kubernetes_worker_instances":3,"cluster_tags":[]}}""".formatted(action, state, description, state.equals("in progress") ? "In Progress" : "100.96.1.2");
    }

    /// Progress of an operation; each step as from [#step].
    public static String progress(String operation, String state, long next, String... steps) {
        return "{\"operation\":\"%s\",\"state\":\"%s\",\"description\":\"\",\"steps\":[%s],\"next\":%d}"
                .formatted(operation, state, String.join(",", steps), next);
    }

    public static String step(long index, String stage, String task, String state, String detail) {
        return """
            {"index":%d,"stage":"%s","task":"%s","state":"%s","started_at":1000,"finished_at":%s,"detail":"%s"}""".formatted(index, stage, task, state, state.equals("started") ? "null" : "3200", detail);
    }
}
