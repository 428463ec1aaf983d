"""The picture service's template, as AWS will take it."""

import graphlib
import json
import os
import re
import subprocess

import boto3
import pytest
import requests
from samtranslator.public.exceptions import InvalidDocumentException
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

from conftest import BOOTSTRAP, CFN_LINT, ROOT, environment
from interface_emulator import InterfaceEmulator

TEMPLATE = json.loads((ROOT / "template.json").read_text())
RESOURCES = TEMPLATE["Resources"]
FUNCTIONS = {name: body["Properties"] for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"}


def statements(properties):
    for policy in properties.get("Policies", []):
        yield from policy["Statement"]


def listed(value):
    return value if isinstance(value, list) else [value]


class NoManagedPolicies(ManagedPolicyLoader):
    """The template names none, so that no account has to be asked for them."""

    def __init__(self):
        super().__init__(iam_client=None)

    def load(self):
        return {}


@pytest.fixture(scope="module")
def deployed():
    """What CloudFormation makes of the template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    document = json.loads((ROOT / "template.json").read_text())
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # `package` has put the address of the uploaded zip in the place of the path.
            resource["Properties"]["CodeUri"] = "s3://bucket/bootstrap.zip"
    try:
        return transform(document, {}, NoManagedPolicies())
    except InvalidDocumentException as error:
        pytest.fail("\n".join(cause.message for cause in error.causes))


def test_cfn_lint_finds_nothing():
    lint = subprocess.run(
        [CFN_LINT, "--format", "parseable", str(ROOT / "template.json")],
        env=environment(), text=True, capture_output=True, timeout=120)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_sam_makes_every_function_with_a_role_of_its_own(deployed):
    made = deployed["Resources"]
    roles = set()
    for name in FUNCTIONS:
        assert made[name]["Type"] == "AWS::Lambda::Function"
        (role, attribute) = made[name]["Properties"]["Role"]["Fn::GetAtt"]
        assert attribute == "Arn" and made[role]["Type"] == "AWS::IAM::Role"
        roles.add(role)
    assert len(roles) == len(FUNCTIONS)


def test_sam_makes_every_route(deployed):
    declared = {
        f"{event['Properties']['Method'].upper()} {event['Properties']['Path']}"
        for properties in FUNCTIONS.values() for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"}
    (api,) = [body for body in deployed["Resources"].values() if body["Type"] == "AWS::ApiGatewayV2::Api"]
    made = {
        f"{method.upper()} {path}" for path, methods in api["Properties"]["Body"]["paths"].items() for method in methods}
    assert made == declared
    assert len(permissions_for(deployed, "apigateway.amazonaws.com")) == len(declared)


def permissions_for(deployed, principal):
    return [
        body for body in deployed["Resources"].values()
        if body["Type"] == "AWS::Lambda::Permission" and body["Properties"]["Principal"] == principal]


def test_sam_makes_every_schedule(deployed):
    declared = {
        (name, event["Properties"]["Schedule"])
        for name, properties in FUNCTIONS.items() for event in properties.get("Events", {}).values()
        if event["Type"] == "Schedule"}
    assert declared == {("Sweeper", "rate(3 minutes)"), ("Backup", "rate(1 hour)")}
    rules = [body["Properties"] for body in deployed["Resources"].values() if body["Type"] == "AWS::Events::Rule"]
    made = {(rule["Targets"][0]["Arn"]["Fn::GetAtt"][0], rule["ScheduleExpression"]) for rule in rules}
    assert made == declared
    assert len(permissions_for(deployed, "events.amazonaws.com")) == len(declared)


def test_sam_leaves_each_role_with_what_the_function_asks_for(deployed):
    for name, properties in FUNCTIONS.items():
        (role, _) = deployed["Resources"][name]["Properties"]["Role"]["Fn::GetAtt"]
        role = deployed["Resources"][role]["Properties"]
        granted = [statement for policy in role.get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]]
        assert granted == list(statements(properties))
        managed = ["AWSLambdaBasicExecutionRole"]
        if any(event["Type"] == "SQS" for event in properties.get("Events", {}).values()):
            # What Lambda needs to take messages out of the queue on the function's behalf.
            managed.append("AWSLambdaSQSQueueExecutionRole")
        found = [re.search(r"service-role/(\w+)", json.dumps(policy))[1] for policy in role["ManagedPolicyArns"]]
        assert sorted(found) == sorted(managed)


def test_uploads_reach_the_function(deployed):
    """Object, notification, queue, mapping, function: each names the next, and nothing goes round in a circle."""
    made = deployed["Resources"]
    (configuration,) = RESOURCES["PicturesBucket"]["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    queue = configuration["Queue"]["Fn::GetAtt"][0]
    # S3 asks the queue whether it may send when the notification is set up: the policy must be there.
    assert RESOURCES["PicturesBucket"]["DependsOn"] == "RecognitionQueuePolicy"
    policy = RESOURCES["RecognitionQueuePolicy"]["Properties"]
    assert policy["Queues"] == [{"Ref": queue}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert target(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == "PicturesBucket"
    (mapping,) = [body["Properties"] for body in made.values() if body["Type"] == "AWS::Lambda::EventSourceMapping"]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert mapping["FunctionName"] == {"Ref": "Rekognize"}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # Lambda refuses a queue that shows a message again while the function may still be at it.
    assert RESOURCES[queue]["Properties"]["VisibilityTimeout"] >= 6 * FUNCTIONS["Rekognize"]["Timeout"]
    variables = FUNCTIONS["Rekognize"]["Environment"]["Variables"]
    redrive = RESOURCES[queue]["Properties"]["RedrivePolicy"]
    assert variables["RECOGNITION_ATTEMPTS"] == str(redrive["maxReceiveCount"])


def test_nothing_waits_for_itself(deployed):
    made = deployed["Resources"]

    def needs(value):
        if isinstance(value, dict):
            for name, part in value.items():
                if name == "Ref":
                    yield part
                elif name == "Fn::GetAtt":
                    yield part[0] if isinstance(part, list) else part.split(".")[0]
                elif name == "Fn::Sub":
                    yield from re.findall(r"\$\{(\w+)", part if isinstance(part, str) else part[0])
                elif name == "DependsOn":
                    yield from listed(part)
                else:
                    yield from needs(part)
        elif isinstance(value, list):
            for part in value:
                yield from needs(part)

    graph = {name: {need for need in needs(body) if need in made} for name, body in made.items()}
    # Raises where there is a circle.
    assert list(graphlib.TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_policies_allow_single_actions(name):
    for statement in statements(FUNCTIONS[name]):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource"} & set(statement)
        for action in listed(statement["Action"]):
            assert re.fullmatch("[a-z0-9]+:[A-Z][A-Za-z]+", action), action
            service, operation = action.split(":")
            assert is_operation(service, operation), f"there is no action {action}"


# Actions that are called otherwise than the operations that they allow.
OTHERWISE_CALLED = {
    ("s3", "ListBucket"),  # ListObjects and ListObjectsV2
    ("s3", "ListBucketMultipartUploads"),  # ListMultipartUploads
    ("dynamodb", "ConditionCheckItem"),  # a ConditionCheck of TransactWriteItems
}
# Actions that know no resources (Service Authorization Reference): they can be allowed for all alone.
WITHOUT_RESOURCES = {"dynamodb:ListBackups", "rekognition:DetectLabels", "rekognition:DetectText"}


def is_operation(service, operation):
    if (service, operation) in OTHERWISE_CALLED:
        return True
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
    return operation in client.meta.service_model.operation_names


@pytest.mark.parametrize("name", FUNCTIONS)
def test_policies_reach_only_what_the_template_makes(name):
    for statement in statements(FUNCTIONS[name]):
        if set(listed(statement["Action"])) <= WITHOUT_RESOURCES:
            assert statement["Resource"] == "*"
            continue
        for resource in listed(statement["Resource"]):
            assert target(resource) in RESOURCES, f"{resource} is no resource of this template"
            assert is_of_service(statement, RESOURCES[target(resource)]["Type"])


def is_of_service(statement, kind):
    service = {"AWS::DynamoDB::Table": "dynamodb", "AWS::S3::Bucket": "s3", "AWS::SQS::Queue": "sqs"}[kind]
    return {action.split(":")[0] for action in listed(statement["Action"])} == {service}


def target(resource):
    """The resource of the template that an ARN in a policy leads to; None where it leads elsewhere."""
    ((function, argument),) = resource.items()
    if function == "Fn::GetAtt":
        return argument[0]
    if function != "Fn::Sub":
        return None
    if leads := re.match(r"\$\{(\w+)\.Arn\}", argument):
        return leads[1]
    # A bucket's policy would need the bucket, and the bucket's notification the function: the name breaks the circle.
    for name, body in RESOURCES.items():
        if body["Type"] == "AWS::S3::Bucket":
            bucket = "arn:${AWS::Partition}:s3:::" + body["Properties"]["BucketName"]["Fn::Sub"]
            if argument == bucket or argument.startswith(bucket + "/"):
                return name
    return None


def test_secrets_are_not_shown():
    for name, parameter in TEMPLATE["Parameters"].items():
        if re.search("Secret|Code|Password", name):
            assert parameter.get("NoEcho") is True, f"{name} is shown by CloudFormation"


def test_the_program_holds_exactly_the_handlers_that_are_named(tmp_path):
    cache = ROOT / ".venv" / "rie"
    emulator = InterfaceEmulator(cache, BOOTSTRAP, "no-such-handler", tmp_path)
    try:
        message = requests.post(emulator.url, data=b"{}", timeout=30).json()["errorMessage"]
    finally:
        emulator.stop()
    known = re.search("Set the function's Handler to one of: (.*)\\.$", message)[1].split(", ")
    assert sorted(known) == sorted({properties["Handler"] for properties in FUNCTIONS.values()})


def test_the_aws_cli_packages_the_zip_and_nothing_else(start, tmp_path):
    # `package` looks for code at each function only, not in Globals; where it finds none it takes the whole folder.
    project = tmp_path / "project"
    (project / "dist").mkdir(parents=True)
    content = b"PK\x05\x06" + bytes(18)
    (project / "dist" / "bootstrap.zip").write_bytes(content)
    (project / "template.json").write_text((ROOT / "template.json").read_text())
    cloud = start()
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="deployments")
    packaged = subprocess.run(
        ["aws", "cloudformation", "package", "--template-file", "template.json", "--s3-bucket", "deployments",
         "--use-json", "--output-template-file", "dist/template.json"],
        env=environment(AWS_ENDPOINT_URL=cloud.edge), cwd=project, text=True, capture_output=True, timeout=120)
    assert packaged.returncode == 0, packaged.stderr
    resources = json.loads((project / "dist" / "template.json").read_text())["Resources"]
    addresses = {resources[name]["Properties"]["CodeUri"] for name in FUNCTIONS}
    (address,) = addresses
    bucket, key = address.removeprefix("s3://").split("/", 1)
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == content
