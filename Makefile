# Darkroom. `make run` and `make test` do all the set-up that they need; `make help` lists the rest.
# Every target is safe to repeat.

SHELL := /bin/bash
SWIFT ?= swift
CONFIGURATION ?= release
BIN := .build/$(CONFIGURATION)
PYTHON := .venv/bin/python
SOURCES := Package.swift Sources Functions Tests Benchmarks
# Tests that run processes, whole clouds or models, under limits of real time: side by side on two cores they starve one
# another.
ONE_AT_A_TIME := ^((CloudLambda|PictureFunctions|Scenario|DarkroomTesting|LambdaRuntime|AWSClient|CloudGateway|Emulator|Recognition)Tests\.|CloudCoreTests\.(HTTPServer|HostileRequest)Tests)
.DEFAULT_GOAL := help

.PHONY: help setup setup-tests models models-if-possible test-photographs build run test test-swift test-interop bench invoke replay package format lint clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## Install the system packages that are missing (Debian 12 and 13)
	@Scripts/setup.sh build

setup-tests: setup
	@Scripts/setup.sh tests

models: setup ## Fetch and convert the models for recognition, into .models: some seconds, 140 MB, once
	@Scripts/models.sh

models-if-possible: setup
	@Scripts/models.sh --optional

test-photographs: models-if-possible
	@Scripts/test-photographs.sh

build: setup ## Build the release programs: .build/release/darkroom and .build/release/bootstrap
	@echo "Building in $(CONFIGURATION) configuration; the first time also the libraries, some minutes on two cores."
	$(SWIFT) build -c $(CONFIGURATION) --static-swift-stdlib --product darkroom
	$(SWIFT) build -c $(CONFIGURATION) --static-swift-stdlib --product bootstrap

run: build models-if-possible ## Build and start the local cloud with the picture service (ARGS="--port 4566 …")
	@exec $(BIN)/darkroom up $(ARGS)

test: setup-tests test-photographs test-swift test-interop ## Run every test: Swift's, then real AWS clients against the real programs

test-swift:
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --parallel --skip '$(ONE_AT_A_TIME)'
	$(SWIFT) test --skip-build --no-parallel --filter '$(ONE_AT_A_TIME)'

test-interop:
	$(PYTHON) -m pytest Tests/Interop

bench: build setup-tests test-photographs ## Measure, and compare with the thresholds in Benchmarks/
	$(SWIFT) build -c $(CONFIGURATION) --static-swift-stdlib --product load
	$(SWIFT) build -c $(CONFIGURATION) --static-swift-stdlib --product recognition-figures
	$(SWIFT) build -c $(CONFIGURATION) --static-swift-stdlib --product text-figures
	@$(PYTHON) Benchmarks/run.py $(ARGS)

invoke: build ## Call a function: make invoke FUNCTION=list EVENT=Events/list.json
	@$(BIN)/darkroom invoke $(FUNCTION) --event $(EVENT)

replay: build ## Replay the events in Events/ and compare with their expectations
	@$(BIN)/darkroom replay Events $(ARGS)

package: ## Make dist/bootstrap.zip: a static bootstrap, ready for Lambda
	@Scripts/setup.sh package
	@Scripts/package.sh

format: ## Format the sources
	$(SWIFT) format --in-place --recursive $(SOURCES)

lint: ## Check format and style
	$(SWIFT) format lint --strict --recursive $(SOURCES)

clean: ## Remove what was built; data in .darkroom stays
	rm -rf .build .build-models .build-fuzz .build-static dist .venv
