//! One door for all commands.

use std::time::Duration;

use serde_json::Value;

use crate::ats::{AtsClient, AtsError, Command, Reply};
use crate::model::{ReservationMode, ResourceName, ResourceNeed, Timestamp};
use crate::reserve::{
    ClaimAnswer, HoldId, Holder, PreReservationId, ReservationId, ReservationRequest, ReserveError,
};

/// The original's length of a window of which only one end, or none, is named.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// Sends a command to any client and words its answer: the original's method of the same name.
///
/// ```
/// # use std::sync::Arc;
/// # use kissats::{Command, LocalAts, Reply, SystemClock, json, server_communicate};
/// let ats = LocalAts::new(Arc::new(SystemClock::start()));
/// let ask = |command| server_communicate(&ats, Command::from_json(command)?);
///
/// let reply = ask(json!({ "command": "request_reservation", "resource": "psu" }))?;
/// let Reply::PreReserved { pre_reservation_id, .. } = reply else { panic!("{reply:?}") };
/// let claim = json!({ "command": "claim_reservation", "pre_reservation_id": pre_reservation_id });
/// let Reply::Claimed { reservation_id, .. } = ask(claim)? else { panic!("it is in time") };
/// let release = json!({ "command": "release_reservation", "reservation_id": reservation_id });
/// assert_eq!(ask(release)?, Reply::Released { release_status: true });
/// # Ok::<(), kissats::AtsError>(())
/// ```
///
/// # Errors
/// Whatever the client answers; [`AtsError::BadCommand`] if a field of the command makes no sense.
pub fn server_communicate(client: &dyn AtsClient, command: Command) -> Result<Reply, AtsError> {
    match command {
        Command::GetAllResources => Ok(resources(client.resources()?)),
        Command::GetAvailableResources => Ok(resources(client.available_resources()?)),
        Command::CheckAvailable {
            resource,
            start_time,
            end_time,
        } => check_available(client, &resource, start_time, end_time),
        Command::GetConfig { resource } => get_config(client, resource),
        Command::RequestReservation { .. } => {
            let granted = client.request(&read_request(command)?)?;
            Ok(Reply::PreReserved {
                pre_reservation_id: granted.id.number(),
                time_available: seconds(granted.claimable_at),
                expire_time: seconds(granted.expires_at),
            })
        }
        Command::ClaimReservation { pre_reservation_id } => {
            claim(client, PreReservationId::from_number(pre_reservation_id))
        }
        Command::ReleaseReservation { reservation_id } => release(client, reservation_id),
    }
}

fn resources(names: Vec<ResourceName>) -> Reply {
    Reply::Resources {
        resource_list: names.iter().map(ToString::to_string).collect(),
    }
}

fn check_available(
    client: &dyn AtsClient,
    resource: &str,
    start_time: Option<f64>,
    end_time: Option<f64>,
) -> Result<Reply, AtsError> {
    let need = ResourceNeed::new(name(resource)?, ReservationMode::Exclusive);
    let mut request = ReservationRequest::new(Holder::new("check_available"), vec![need]);
    let start = start_time
        .map(|value| instant("start_time", value))
        .transpose()?;
    let end = end_time
        .map(|value| instant("end_time", value))
        .transpose()?;
    request.needed_at = start;
    request = match (start, end) {
        (Some(start), Some(end)) => request.lasting(end.since(start)),
        (_, None) => request.lasting(AN_HOUR),
        (None, Some(_)) => {
            return Err(bad(
                "`end_time` without `start_time`",
                "both, `start_time` only, or neither",
            ));
        }
    };
    let answer = client.availability(&request)?;
    Ok(Reply::Availability {
        available: answer.available,
        avail_start: answer.soonest.map(|window| seconds(window.starts_at)),
        avail_end: answer
            .soonest
            .and_then(|window| window.ends_at)
            .map(seconds),
    })
}

fn get_config(client: &dyn AtsClient, resource: String) -> Result<Reply, AtsError> {
    let instances = client.resource_config(&name(&resource)?)?;
    Ok(Reply::Config {
        resource,
        resource_config: instances
            .into_iter()
            .map(|own| (own.instance.to_string(), own.config))
            .collect(),
    })
}

fn read_request(command: Command) -> Result<ReservationRequest, AtsError> {
    let Command::RequestReservation {
        resource,
        time_needed,
        reservation_duration,
        configuration,
        resource_config,
        reservation_mode,
        next_available,
        holder,
    } = command
    else {
        return Err(bad("another command", "`request_reservation`"));
    };
    let mode: ReservationMode = reservation_mode.parse().map_err(|_| {
        bad(
            &format!("`reservation_mode` is `{reservation_mode}`"),
            "`exclusive` or `shared`",
        )
    })?;
    let wish = match configuration {
        Value::Null => resource_config,
        wish => wish,
    };
    let need = ResourceNeed::new(name(&resource)?, mode).with_config(wish);
    let holder = Holder::new(holder.as_deref().unwrap_or("somebody"));
    let mut request = ReservationRequest::new(holder, vec![need])
        .lasting(span("reservation_duration", reservation_duration)?);
    request.needed_at = time_needed
        .map(|value| instant("time_needed", value))
        .transpose()?;
    request.next_available = next_available;
    Ok(request)
}

fn claim(client: &dyn AtsClient, id: PreReservationId) -> Result<Reply, AtsError> {
    Ok(match client.claim(id)? {
        ClaimAnswer::NextSlot(slot) => Reply::NextSlot {
            pre_reservation_id: slot.id.number(),
            new_avail: seconds(slot.claimable_at),
            new_expire: seconds(slot.expires_at),
        },
        ClaimAnswer::Claimed(claim) => {
            // What was requested in words is one resource.
            let held = claim.resources.into_iter().next();
            Reply::Claimed {
                reservation_id: claim.id.number(),
                expire_time: claim.ends_at.map(seconds),
                instance: held
                    .as_ref()
                    .map(|held| held.instance.to_string())
                    .unwrap_or_default(),
                fencing_token: held.as_ref().map_or(0, |held| held.token.number()),
                resource_config: held.map(|held| held.config).unwrap_or_default(),
            }
        }
    })
}

/// The id may be of either kind. Nothing to give back is an answer, not an error.
fn release(client: &dyn AtsClient, number: u64) -> Result<Reply, AtsError> {
    let kinds = [
        HoldId::Claimed(ReservationId::from_number(number)),
        HoldId::PreReserved(PreReservationId::from_number(number)),
    ];
    for id in kinds {
        match client.release(id) {
            Ok(()) => {
                return Ok(Reply::Released {
                    release_status: true,
                });
            }
            Err(AtsError::Refused {
                source: ReserveError::NotReserved { .. } | ReserveError::NotPreReserved { .. },
            }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(Reply::Released {
        release_status: false,
    })
}

fn name(text: &str) -> Result<ResourceName, AtsError> {
    ResourceName::new(text).map_err(|error| bad("`resource`", &format!("a name: {error}")))
}

fn instant(field: &str, value: f64) -> Result<Timestamp, AtsError> {
    span(field, value).map(Timestamp::from_start)
}

fn span(field: &str, value: f64) -> Result<Duration, AtsError> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| bad(&format!("`{field}` is `{value}`"), "seconds, 0 or more"))
}

fn seconds(instant: Timestamp) -> f64 {
    instant.since(Timestamp::START).as_secs_f64()
}

fn bad(what: &str, expected: &str) -> AtsError {
    AtsError::BadCommand {
        what: what.to_owned(),
        expected: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::ats::LocalAts;
    use crate::ats::hand_clock::HandClock;
    use crate::model::InstanceName;
    use crate::reserve::InstanceConfig;

    fn ats() -> LocalAts {
        let psu = InstanceConfig::new(
            ResourceName::new("psu").unwrap(),
            InstanceName::new("psu-1").unwrap(),
        );
        LocalAts::new(Arc::new(HandClock::default()))
            .with_instance(psu.with_config(json!({ "port": 5025 })))
    }

    fn ask(ats: &LocalAts, command: Value) -> Value {
        match Command::from_json(command).and_then(|command| server_communicate(ats, command)) {
            Ok(reply) => {
                let words = serde_json::to_value(&reply).unwrap();
                let read: Reply = serde_json::from_value(words.clone()).unwrap();
                assert_eq!(read, reply, "every reply reads as what it is");
                words
            }
            Err(error) => json!(error.to_string()),
        }
    }

    #[test]
    fn every_command_has_the_words_of_the_original() {
        let ats = ats();
        for (command, reply) in [
            (
                json!({ "command": "get_all_resources" }),
                json!({ "resource_list": ["psu"] }),
            ),
            (
                json!({ "command": "get_config", "resource": "psu" }),
                json!({ "resource": "psu", "resource_config": { "psu-1": { "port": 5025 } } }),
            ),
            (
                json!({ "command": "request_reservation", "resource": "psu", "reservation_duration": 10,
                        "configuration": { "limit": 1 }, "unknown": "passed over" }),
                json!({ "pre_reservation_id": 1, "time_available": 0.0, "expire_time": 10.0 }),
            ),
            (
                json!({ "command": "check_available", "resource": "psu", "start_time": 4, "end_time": 8 }),
                json!({ "available": false, "avail_start": 10.0, "avail_end": 14.0 }),
            ),
            (
                json!({ "command": "claim_reservation", "pre_reservation_id": 1 }),
                json!({ "reservation_id": 1, "expire_time": 10.0, "instance": "psu-1", "fencing_token": 1,
                        "resource_config": { "port": 5025, "limit": 1 } }),
            ),
            (
                json!({ "command": "get_available_resources" }),
                json!({ "resource_list": [] }),
            ),
            (
                json!({ "command": "request_reservation", "resource": "psu", "reservation_mode": "shared" }),
                json!({ "pre_reservation_id": 2, "time_available": 10.0, "expire_time": 70.0 }),
            ),
            (
                json!({ "command": "release_reservation", "reservation_id": 2 }),
                json!({ "release_status": true }),
            ),
            (
                json!({ "command": "release_reservation", "reservation_id": 1 }),
                json!({ "release_status": true }),
            ),
            (
                json!({ "command": "release_reservation", "reservation_id": 1 }),
                json!({ "release_status": false }),
            ),
        ] {
            assert_eq!(ask(&ats, command.clone()), reply, "{command}");
        }
    }

    #[test]
    fn a_command_that_is_none_says_what_would_be_right() {
        let ats = ats();
        for (command, message) in [
            (
                json!({ "resource": "psu" }),
                "`command` is missing: expected one of `check_available`, `claim_reservation`, \
                 `get_all_resources`, `get_available_resources`, `get_config`, \
                 `release_reservation`, `request_reservation`",
            ),
            (
                json!({ "command": "request_reservation", "resource": "psu", "reservation_mode": "alone" }),
                "`reservation_mode` is `alone`: expected `exclusive` or `shared`",
            ),
            (
                json!({ "command": "request_reservation", "resource": "psu", "reservation_duration": -1 }),
                "`reservation_duration` is `-1`: expected seconds, 0 or more",
            ),
            (
                json!({ "command": "get_config" }),
                "the command `get_config`: expected missing field `resource`",
            ),
            (
                json!({ "command": "claim_reservation", "pre_reservation_id": 7 }),
                "the pre-reservation 7 does not exist: it has expired, or was claimed or released before",
            ),
        ] {
            assert_eq!(ask(&ats, command), json!(message));
        }
    }
}
