package org.openpks.director.deployment.instance;

import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.openpks.director.deployment.DirectorSchema;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

class JdbcInstancesIT extends InstancesContract {

    private DirectorSchema schema;

    @BeforeEach
    void open() {
        schema = new DirectorSchema();
        JdbcClient.create(schema.source())
                .sql(
                        "insert into deployment (name, releases, stemcells, cloud_config_ids, created_at) values ('d', '', '', '', 0)")
                .update();
    }

    @AfterEach
    void close() {
        schema.close();
    }

    @Override
    Instances instances() {
        return new JdbcInstances(
                JdbcClient.create(schema.source()),
                new JdbcTransactionManager(schema.source()),
                InstantSource.system());
    }
}
