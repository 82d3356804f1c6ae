-- Queries of Steampipe's documentation, in its PostgreSQL form, as they stand there: docs/tables/aws_cloudtrail_trail_event.md
-- and docs/tables/aws_cloudtrail_lookup_event.md of https://github.com/turbot/steampipe-plugin-aws, also on
-- https://hub.steampipe.io/plugins/turbot/aws/tables.
-- "runs" says whether the view runs the query as it stands; where it does not, what does follows.

-- query: trail_event, the last five minutes
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and timestamp >= now() - interval '5 minutes';

-- query: trail_event, five to ten minutes ago
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and timestamp between (now() - interval '10 minutes') and (now() - interval '5 minutes')
order by
  event_time asc;

-- query: trail_event, actions
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and not read_only
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: trail_event, a service
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and event_source = 'iam.amazonaws.com'
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: trail_event, an IAM user
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and username = 'steampipe'
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: trail_event, all IAM users
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and user_type = 'IAMUser'
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: trail_event, assumed roles
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and user_type = 'AssumedRole'
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: trail_event, failures
-- runs: as published
select
  event_name,
  event_source,
  event_time,
  error_code,
  error_message,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and error_code is not null
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: trail_event, a range of addresses
-- runs: rewritten
select
  event_name,
  event_source,
  event_time,
  error_code,
  error_message,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and filter = '{ $.sourceIPAddress = 203.189.* }'
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;
-- rewritten:
select
  event_name,
  event_source,
  event_time,
  error_code,
  error_message,
  user_type,
  username,
  user_identifier,
  jsonb_pretty(request_parameters) as request_parameters,
  jsonb_pretty(response_elements) as response_elements
from
  aws_cloudtrail_trail_event
where
  log_group_name = 'aws-cloudtrail-log-group-name'
  and source_ip_address like '203.189.%'
  and timestamp >= now() - interval '1 hour'
order by
  event_time asc;

-- query: lookup_event, the last five minutes
-- runs: rewritten
select
  event_name,
  event_source,
  event_time,
  username,
  jsonb_pretty(cloud_trail_event) as cloud_trail_event
from
  aws_cloudtrail_lookup_event
where
  start_time = now()
  and end_time = now() - interval '5 minutes';
-- rewritten:
select
  event_name,
  event_source,
  event_time,
  username,
  jsonb_pretty(cloud_trail_event) as cloud_trail_event
from
  aws_cloudtrail_lookup_event
where
  event_time between now() - interval '5 minutes' and now();

-- query: lookup_event, actions
-- runs: rewritten
select
  event_name,
  event_source,
  event_time,
  username,
  jsonb_pretty(cloud_trail_event) as cloud_trail_event
from
  aws_cloudtrail_lookup_event
where
  start_time = now()
  and end_time = now() - interval '1 hour'
  and read_only = 'true'
order by
  event_time asc;
-- rewritten:
select
  event_name,
  event_source,
  event_time,
  username,
  jsonb_pretty(cloud_trail_event) as cloud_trail_event
from
  aws_cloudtrail_lookup_event
where
  event_time between now() - interval '1 hour' and now()
  and read_only = 'true'
order by
  event_time asc;

-- query: lookup_event, a service
-- runs: rewritten
select
  event_name,
  event_source,
  event_time,
  jsonb_pretty(cloud_trail_event) as cloud_trail_event
from
  aws_cloudtrail_lookup_event
where
  and event_source = 'iam.amazonaws.com'
  and event_time >= now() - interval '1 hour';
-- rewritten:
select
  event_name,
  event_source,
  event_time,
  jsonb_pretty(cloud_trail_event) as cloud_trail_event
from
  aws_cloudtrail_lookup_event
where
  event_source = 'iam.amazonaws.com'
  and event_time >= now() - interval '1 hour';
