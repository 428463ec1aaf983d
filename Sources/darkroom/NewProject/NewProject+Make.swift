extension NewProject {
    /// Packaging builds once more, for a system that has nothing but a kernel: libraries and all in one program.
    var makefile: String {
        """
        SHELL := /bin/bash
        DARKROOM ?= $(shell command -v darkroom\(program.map { " || echo '" + Self.forMake($0) + "'" } ?? ""))
        SCRIPTS := \(package.scripts)
        .DEFAULT_GOAL := build

        .PHONY: build run test package

        build:
        \tswift build

        run: build
        \t"$(DARKROOM)" up $(ARGS)

        test: build
        \t"$(DARKROOM)" replay --ephemeral Events

        package:
        \tswift package resolve
        \t"$(SCRIPTS)/package.sh" \(name.text)

        """
    }

    /// A text between single quotes of the shell in a Makefile.
    private static func forMake(_ text: String) -> String {
        text.replacing("$", with: "$$").replacing("'", with: "'\\\\''").replacing("#", with: "\\\\#")
    }

    var readme: String {
        """
        # \(name.text)

        A Lambda function in Swift. It is in `Sources/\(name.text)/main.swift`; `template.json` declares it.

            make run                                          # a local cloud with the function in it
            curl 'http://127.0.0.1:3000/hello?name=Ada'       # from another terminal

            make test       # replays Events/ and compares the answers with *.expected.json
            make package    # dist/\(name.text).zip: static, for Lambda's provided.al2023 on x86_64

        `make run` and `make test` need the program `darkroom`: on the path, or named by `DARKROOM=…`.
        `make package` needs Debian 12 or 13 (or a container of it) with `dpkg-dev build-essential libssl-dev zip`.

        To deploy, with the AWS CLI and a bucket of yours in the same region:

            make package
            aws cloudformation package --template-file template.json --s3-bucket BUCKET --use-json \\
                --output-template-file dist/template.json
            aws cloudformation deploy --template-file dist/template.json --stack-name \(name.text) \\
                --capabilities CAPABILITY_IAM

        """
    }
}
