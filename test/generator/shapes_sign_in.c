/*
 * shapes_sign_in.c: shapes of signing in to the console, by users, the root
 * user and federated people, with MFA and without, and of signing in in vain.
 */
#include "shapes.h"

#define CONSOLE		"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_<region>" \
	"_<hex:16>"
#define LOGIN(mfa)	"{'LoginTo':'" CONSOLE "','MobileVersion':'<No|No|No|Yes>','MFAUsed':'" mfa "'}"
#define USER_SUCCESS \
	"{'type':'IAMUser','principalId':'<p.id>','arn':'<p.arn>','accountId':'<account>','userName':'<p.name>'}"
#define USER_FAILURE \
	"{'type':'IAMUser','principalId':'<p.id>','accountId':'<account>','accessKeyId':'','userName':'<p.name>'}"
#define ROOT_USER	"{'type':'Root','principalId':'<account>','arn':'arn:aws:iam::<account>:root'," \
	"'accountId':'<account>','accessKeyId':''}"
#define SUCCESS		"{'ConsoleLogin':'Success'}"
#define FAILURE		"{'ConsoleLogin':'Failure'}"
#define FLAGS		(SIGN_IN | NO_REQUEST_ID)

static const shape rows[] = {
	{SIGNIN, "ConsoleLogin", 90, FLAGS, BY(CONSOLE), .response = SUCCESS, .identity = USER_SUCCESS,
		.additional = "{'LoginTo':'" CONSOLE
			"','MobileVersion':'No','MFAIdentifier':'arn:aws:iam::<account>:mfa/<user>-phone','MFAUsed':'Yes'}"},
	{SIGNIN, "ConsoleLogin", 30, FLAGS, BY(CONSOLE),
		.response = SUCCESS, .identity = USER_SUCCESS,
		.additional = LOGIN("No")},
	{SIGNIN, "ConsoleLogin", 40, FLAGS, BY(CONSOLE),
		.response = FAILURE, .identity = USER_FAILURE,
		.additional = LOGIN("<No|Yes>"),
		.failure = {FAILS(1000, NULL, "Failed authentication")}},
	{SIGNIN, "ConsoleLogin", 25, FLAGS, BY(CONSOLE), .response = FAILURE,
		.identity = "{'type':'IAMUser','principalId':'','accountId':'<account>','accessKeyId':'',"
			"'userName':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
		.additional = LOGIN("No"), .failure = {FAILS(1000, NULL, "No username found in supplied account")}},
	{SIGNIN, "ConsoleLogin", 60, FLAGS, BY(SSO_CONSOLE) | BY(SAML), .response = SUCCESS,
		.additional = "{'MobileVersion':'No','MFAUsed':'No'<maybe:40>,"
			"'SamlProviderArn':'arn:aws:iam::<account>:saml-provider/AWSSSO_<hex:16>_DO_NOT_DELETE'<end>}"},
	{SIGNIN, "ConsoleLogin", 6, FLAGS, BY_ROOT, .response = SUCCESS, .identity = ROOT_USER,
		.additional = "{'LoginTo':'" CONSOLE "','MobileVersion':'No',"
			"'MFAIdentifier':'arn:aws:iam::<account>:mfa/root-account-mfa-device','MFAUsed':'Yes'}"},
	{SIGNIN, "ConsoleLogin", 3, FLAGS, BY_ROOT,
		.response = SUCCESS, .identity = ROOT_USER,
		.additional = LOGIN("No")},
	{SIGNIN, "ConsoleLogin", 4, FLAGS, BY_ROOT,
		.response = FAILURE, .identity = ROOT_USER,
		.additional = LOGIN("No"),
		.failure = {FAILS(1000, NULL, "Failed authentication")}},
	{SIGNIN, "ConsoleLogin", 6, FLAGS, BY(CONSOLE),
		.response = SUCCESS, .identity = USER_SUCCESS,
		.additional = LOGIN("No"), .minor = 5},
	{SIGNIN, "CheckMfa", 60, FLAGS, BY(CONSOLE), .response = "{'CheckMfa':'Success'}", .identity = USER_FAILURE,
		.additional = "{'MfaType':'<Virtual MFA|U2F MFA|Multiple MFA Devices>'}"},
	{SIGNIN, "SwitchRole", 20, FLAGS, BY(CONSOLE), .response = "{'SwitchRole':'Success'}", .identity = USER_SUCCESS,
		.additional = "{'SwitchFrom':'<p.arn>',"
			"'RedirectTo':'https://console.aws.amazon.com/console/home?region=<region>'}"},
	{SIGNIN, "PasswordUpdated", 4, FLAGS, BY_ROOT | BY(CONSOLE),
		.response = "{'PasswordUpdated':'Success'}",
		.identity = USER_FAILURE},
	{SIGNIN, "UserAuthentication", 60, FLAGS, BY(IDENTITY_CENTER), .response = "{'UserAuthentication':'Success'}",
		.additional = "{'AuthWorkflowID':'<uuid>','LoginTo':'https://d-<hex:10>.awsapps.com/start/',"
			"'CredentialType':'<PASSWORD|TOTP|WEBAUTHN|EXTERNAL_IDP>'}"},
	{SIGNIN, "CredentialChallenge", 60, SERVICE_EVENT | NO_REQUEST_ID, 0,
		.details = "{'CredentialChallenge':'Success'}",
		.additional = "{'AuthWorkflowID':'<uuid>','CredentialType':'<PASSWORD|TOTP|WEBAUTHN>',"
			"'UserName':'HIDDEN_DUE_TO_SECURITY_REASONS'}"},
	{SIGNIN, "GetSigninToken", 20, SIGN_IN | NO_REQUEST_ID, BY_WORKLOAD | BY(SSO),
		.response = "{'credentials':{'accessKeyId':'<p.key>'},'GetSigninToken':'Success'}",
		.additional = "{'MobileVersion':'No','MFAUsed':'No'}",
		.agent = "Jersey/${project.version} (HttpUrlConnection 11.0.24)"},
};

const shape_table shapes_sign_in = SHAPE_TABLE(rows);
