"""A template's own program beside functions that bring a bootstrap of another origin."""

import json

from test_hot_reload import program, replace


def function(code, metadata=None):
    resource = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Runtime": "provided.al2023", "Handler": "h", "CodeUri": code, "Timeout": 10},
    }
    if metadata is not None:
        resource["Metadata"] = {"Darkroom": metadata}
    return resource


def test_programs_of_several_origins_run_side_by_side(start, tmp_path):
    for place, answer in [("app", "shared"), ("other", "own"), ("shell/bootstrap", "packaged")]:
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        replace(path, program(answer))
    resources = {
        "One": function("dist/app.zip"),
        "Two": function("shell"),
        "Three": function("shell", {"Bootstrap": "other"}),
        "Four": function("./dist/app.zip"),
    }
    for name, resource in resources.items():
        resource["Properties"]["FunctionName"] = name
    template = tmp_path / "template.json"
    template.write_text(json.dumps({
        "Transform": "AWS::Serverless-2016-10-31", "Metadata": {"Darkroom": {"Bootstrap": "app"}},
        "Resources": resources}))
    client = start(template=template).client("lambda")
    answers = {name: json.load(client.invoke(FunctionName=name)["Payload"])["body"] for name in resources}
    assert answers == {"One": "shared", "Two": "packaged", "Three": "own", "Four": "shared"}
