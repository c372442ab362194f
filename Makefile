# The commands of the project. Each names what is missing and installs Debian packages by itself.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build up down destroy check bench fix flags golden prerequisites

MVN = source bin/jdk25.sh && JAVA_HOME="$$(dirname "$$(dirname "$$JAVA")")" mvn -B -ntp -Dstyle.color=never

help: ## What there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: build ## A real Kubernetes cluster, from nothing to kubectl
	@deploy/demo

build: prerequisites ## The control plane, the command line and the node software
	@release/build
	@deploy/build-java

up: build ## Start the control plane
	@bin/pks-server up

down: ## Stop the control plane; clusters keep running
	@bin/pks-server down

destroy: ## Remove every cluster, node, network and state directory of ours
	@bin/pks-server destroy

check: build ## All tests: unit, contract, integration with real components and real clusters
	@release/build 1.36
	@release/check
	@release/flags --check
	@$(MVN) verify

bench: build ## Benchmarks: one JSON line and one human line for each figure
	@deploy/bench

fix: ## Format the sources
	@$(MVN) -q spotless:apply

flags: build ## Write down the flags that the built Kubernetes programs have; read the diff before it is committed
	@release/build 1.36
	@release/flags
	@git --no-pager diff --stat -- api/src/main/resources/kubernetes

golden: ## Write the reviewed manifests and outputs of pks anew; read the diff before it is committed
	@OPENPKS_GOLDEN=write $(MVN) -q -pl adapter,cli -am test -Dtest='GoldenManifestTests,GoldenTests' -Dsurefire.failIfNoSpecifiedTests=false
	@git --no-pager diff --stat -- adapter/src/test/resources/manifests cli/src/test/resources/golden

prerequisites:
	@deploy/prerequisites
