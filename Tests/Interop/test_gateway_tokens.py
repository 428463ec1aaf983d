"""Routes that only tokens open: user pools before REST APIs, JWT authorizers with a user pool's tokens, by real requests."""

import base64
import json
import sys
import time

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
CODE = '''
import json
import os


def show(event, context):
    return {"statusCode": 200, "body": json.dumps({"event": event, "issuer": os.environ["ISSUER"],
                                                   "client": os.environ["CLIENT"]})}
'''


def encoded(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Keys:
    """A file of keys as a user pool publishes them, and tokens that they sign."""

    def __init__(self, path):
        self.path = path
        self.keys = {}

    def add(self, kid):
        self.keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = {kid: key.public_key().public_numbers() for kid, key in self.keys.items()}
        self.path.write_text(json.dumps({"keys": [
            {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": encoded(n.n.to_bytes(256, "big")),
             "e": encoded(n.e.to_bytes(3, "big"))} for kid, n in numbers.items()]}))

    def token(self, kid, **claims):
        signed = f"{encoded({'alg': 'RS256', 'kid': kid})}.{encoded(claims)}"
        signature = self.keys[kid].sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encoded(signature)}"


def route(kind, api, path, auth=None):
    reference = "RestApiId" if kind == "Api" else "ApiId"
    properties = {reference: {"Ref": api}, "Path": path, "Method": "get"}
    return {"Type": kind, "Properties": {**properties, **({"Auth": auth} if auth else {})}}


def template():
    pool, client = {"Fn::GetAtt": ["Pool", "ProviderURL"]}, {"Ref": "Client"}
    return {
        "Transform": "AWS::Serverless-2016-10-31",
        "Metadata": {"Darkroom": {"TokenKeys": {"Pool": "keys/jwks.json"}}},
        "Resources": {
            "Pool": {"Type": "AWS::Cognito::UserPool"},
            "Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": {"Ref": "Pool"}}},
            "Rest": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "v1", "Auth": {
                "DefaultAuthorizer": "Users", "Authorizers": {
                    "Users": {"UserPoolArn": [{"Fn::GetAtt": ["Pool", "Arn"]}]}}}}},
            "Http": {"Type": "AWS::Serverless::HttpApi", "Properties": {"Auth": {
                "DefaultAuthorizer": "Tokens", "Authorizers": {"Tokens": {
                    "IdentitySource": "$request.header.Authorization",
                    "JwtConfiguration": {"issuer": pool, "audience": [client]}}}}}},
            "Show": {"Type": "AWS::Serverless::Function", "Properties": {
                "CodeUri": "code", "Handler": "app.show", "Runtime": PYTHON, "Timeout": 20,
                "Environment": {"Variables": {"ISSUER": pool, "CLIENT": client}},
                "Events": {
                    "Open": route("Api", "Rest", "/open", {"Authorizer": "NONE"}),
                    "Who": route("Api", "Rest", "/who"),
                    "Write": route("Api", "Rest", "/write", {"AuthorizationScopes": ["shop/write"]}),
                    "Http": route("HttpApi", "Http", "/http"),
                    "HttpWrite": route("HttpApi", "Http", "/http/write", {"AuthorizationScopes": ["shop/write"]}),
                }}},
        }}


@pytest.fixture
def pool(tmp_path, start):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(CODE)
    (tmp_path / "keys").mkdir()
    keys = Keys(tmp_path / "keys" / "jwks.json")
    keys.add("one")
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template()))
    return start(template=path), keys


def ask(cloud, path, token=None):
    return requests.get(cloud.gateway + path, headers={"Authorization": f"Bearer {token}"} if token else {})


def test_a_pools_tokens_open_routes(pool):
    cloud, keys = pool
    told = ask(cloud, "/v1/open").json()
    assert "authorizer" not in told["event"]["requestContext"]
    now = int(time.time())
    common = {"iss": told["issuer"], "sub": "me", "iat": now - 60, "exp": now + 600}
    identity = {**common, "token_use": "id", "aud": told["client"], "cognito:groups": ["a", "b"]}
    access = {**common, "token_use": "access", "client_id": told["client"], "scope": "openid shop/write"}

    good = ask(cloud, "/v1/who", keys.token("one", **identity))
    assert good.status_code == 200
    claims = good.json()["event"]["requestContext"]["authorizer"]["claims"]
    expiry = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(now + 600))
    assert (claims["sub"], claims["cognito:groups"], claims["exp"]) == ("me", "a,b", expiry)

    cases = [
        ("/v1/who", None, 401, "Unauthorized", "there is no token"),
        ("/v1/who", keys.token("one", **access), 401, "Unauthorized", "must be an identity token"),
        ("/v1/who", keys.token("one", **{**identity, "exp": now - 1}), 401, "The incoming token has expired", "expired"),
        ("/v1/who", keys.token("one", **{**identity, "iss": "https://x"}), 401, "Unauthorized", "issuer is https://x"),
        ("/v1/write", keys.token("one", **identity), 401, "Unauthorized", "must be an access token"),
        ("/v1/write", keys.token("one", **{**access, "scope": "openid"}), 401, "Unauthorized", "none of the scopes"),
        ("/http", None, 401, "Unauthorized", "there is no token"),
        ("/http", keys.token("one", **{**identity, "aud": "x"}), 401, "Unauthorized", "valid audience"),
        ("/http/write", keys.token("one", **{**access, "scope": "openid"}), 403, "Forbidden", "required scopes"),
    ]
    for path, token, status, message, reason in cases:
        answer = ask(cloud, path, token)
        assert (answer.status_code, answer.json()) == (status, {"message": message})
        entry = cloud.wait_for_log(lambda entry: reason in (entry.get("reason") or "") and entry["path"] == path)
        assert entry["status"] == status

    assert ask(cloud, "/v1/write", keys.token("one", **access)).status_code == 200
    found = ask(cloud, "/http/write", keys.token("one", **access)).json()["event"]["requestContext"]["authorizer"]
    assert found["jwt"]["scopes"] == ["openid", "shop/write"]
    assert found["jwt"]["claims"]["exp"] == str(now + 600)

    # A key that is new in the file counts without a start.
    keys.add("two")
    deadline = time.monotonic() + 30
    while ask(cloud, "/v1/who", keys.token("two", **identity)).status_code != 200:
        assert time.monotonic() < deadline


def test_a_pool_without_keys_lets_nobody_in_and_is_said_to(tmp_path, start):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(CODE)
    declared = template()
    declared["Metadata"] = {"Darkroom": {"TokenKeys": {"Pool": "nowhere.json"}}}
    path = tmp_path / "template.json"
    path.write_text(json.dumps(declared))
    keys = Keys(tmp_path / "unused.json")
    keys.add("one")
    cloud = start(template=path)
    issuer = ask(cloud, "/v1/open").json()["issuer"]
    token = keys.token("one", iss=issuer, token_use="id", exp=int(time.time()) + 600)
    assert ask(cloud, "/v1/who", token).status_code == 401
    entry = cloud.wait_for_log(lambda entry: entry.get("path") == "/v1/who")
    assert str(tmp_path / "nowhere.json") in entry["reason"] and "TokenKeys" in entry["reason"]
