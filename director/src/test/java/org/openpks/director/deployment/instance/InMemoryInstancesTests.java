package org.openpks.director.deployment.instance;

class InMemoryInstancesTests extends InstancesContract {

    @Override
    Instances instances() {
        return new InMemoryInstances();
    }
}
