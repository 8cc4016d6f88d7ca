//! The record itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    MAX_ERRORS, MAX_WARNINGS, OperationType, Resolution, Status, SyncDirection, Trigger, VERSION,
};

/// What one operation did or tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Version of this form.
    pub version: u32,
    /// Unique id; the `Hnp-Op` trailer of its commits.
    pub operation_id: String,
    /// The fabric, where the operation was about one.
    pub fabric: Option<String>,
    /// What it was.
    pub operation_type: OperationType,
    /// Which way data went.
    pub sync_direction: SyncDirection,
    /// How far it came.
    pub status: Status,
    /// What set it off.
    pub trigger_type: Trigger,
    /// Who set it off.
    pub initiated_by: Option<String>,
    /// When it began, RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, RFC 3339.
    pub completed_at: Option<String>,
    /// How long it was expected to take, in seconds.
    pub estimated_duration_seconds: Option<u64>,
    /// How long it took, in whole seconds.
    pub actual_duration_seconds: Option<u64>,
    /// How long it took, in seconds with their fraction.
    pub processing_time_seconds: Option<f64>,
    /// Resources it was about.
    pub resources_targeted: u64,
    /// Resources it dealt with.
    pub resources_processed: u64,
    /// Resources it created.
    pub resources_created: u64,
    /// Resources it changed.
    pub resources_updated: u64,
    /// Resources it deleted.
    pub resources_deleted: u64,
    /// Resources it dealt with and left alone, for an error or a conflict.
    pub resources_skipped: u64,
    /// Files it dealt with.
    pub files_processed: u64,
    /// Files it created.
    pub files_created: u64,
    /// Files it changed.
    pub files_updated: u64,
    /// Files it deleted.
    pub files_deleted: u64,
    /// Their size together, in bytes.
    pub total_file_size_bytes: u64,
    /// Conflicts it met.
    pub conflicts_detected: u64,
    /// Conflicts it resolved.
    pub conflicts_resolved: u64,
    /// Conflicts that wait for a person.
    pub conflicts_manual: u64,
    /// What decided conflicts.
    pub conflict_resolution_strategy: Option<Resolution>,
    /// Operations on GitHub.
    pub github_operations: u64,
    /// Commit it made.
    pub commit_sha: Option<String>,
    /// Pull request it made or changed.
    pub pull_request_url: Option<String>,
    /// Branch it wrote.
    pub branch_name: Option<String>,
    /// Whether GitHub's rate limit held it up.
    pub github_rate_limit_hit: bool,
    /// All errors, counted.
    pub error_count: u64,
    /// All warnings, counted.
    pub warning_count: u64,
    /// The newest errors, oldest first.
    pub error_details: Vec<Detail>,
    /// The newest warnings, oldest first.
    pub warning_details: Vec<Detail>,
    /// The newest error's message.
    pub last_error_message: Option<String>,
    /// Calls of any API.
    pub api_calls_made: u64,
    /// Bytes over the network, both ways.
    pub network_transfer_bytes: u64,
    /// Most memory in use, in MiB.
    pub memory_peak_mb: Option<u64>,
    /// CPU time, in seconds.
    pub cpu_time_seconds: Option<f64>,
    /// What ran it.
    pub client_info: Map<String, Value>,
    /// Its options.
    pub operation_config: Map<String, Value>,
    /// Its stages, with their times.
    pub progress_metadata: Map<String, Value>,
    /// Its result in short; see [`Record::summarise`].
    pub result_summary: Map<String, Value>,
    /// Keys of the resources that it changed.
    pub resources: Vec<String>,
    /// Keys of the resources at which it failed; what holds are counted from.
    pub failed_resources: Vec<String>,
    /// Ids of the conflicts it met.
    pub conflicts: Vec<String>,
    /// Anything else that it has to say.
    pub details: Map<String, Value>,
    /// Fields of another version, kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One error or warning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// When, RFC 3339.
    pub timestamp: Option<String>,
    /// Code of the finding or sort of the failure, `general` where there is none.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened.
    pub message: String,
    /// Key of the resource it is about.
    pub resource: Option<String>,
    /// `file:line:column` it is about.
    pub place: Option<String>,
}

impl Detail {
    /// Makes a detail without a resource or place.
    #[must_use]
    pub fn new(kind: &str, message: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            message: message.to_owned(),
            ..Self::default()
        }
    }
}

/// Why a text is no record that this version reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// It is no JSON of a record's form.
    Malformed(String),
    /// A newer hnp wrote it.
    Newer(u64),
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "no record of an operation: {why}"),
            Self::Newer(version) => write!(
                f,
                "record of version {version}; this hnp reads {VERSION}: a newer hnp wrote it, install that version"
            ),
        }
    }
}

impl std::error::Error for RecordError {}

impl Default for Record {
    fn default() -> Self {
        Self::new("", OperationType::Cleanup)
    }
}

impl Record {
    /// Makes a record of an operation that has not begun.
    #[must_use]
    pub fn new(operation_id: &str, operation_type: OperationType) -> Self {
        let sync_direction = match operation_type {
            OperationType::GuiToGithub => SyncDirection::GuiToGit,
            OperationType::GithubToGui => SyncDirection::GitToGui,
            OperationType::Bidirectional => SyncDirection::Bidirectional,
            _ => SyncDirection::Internal,
        };
        Self {
            version: VERSION,
            operation_id: operation_id.to_owned(),
            fabric: None,
            operation_type,
            sync_direction,
            status: Status::Pending,
            trigger_type: Trigger::Manual,
            initiated_by: None,
            started_at: None,
            completed_at: None,
            estimated_duration_seconds: None,
            actual_duration_seconds: None,
            processing_time_seconds: None,
            resources_targeted: 0,
            resources_processed: 0,
            resources_created: 0,
            resources_updated: 0,
            resources_deleted: 0,
            resources_skipped: 0,
            files_processed: 0,
            files_created: 0,
            files_updated: 0,
            files_deleted: 0,
            total_file_size_bytes: 0,
            conflicts_detected: 0,
            conflicts_resolved: 0,
            conflicts_manual: 0,
            conflict_resolution_strategy: None,
            github_operations: 0,
            commit_sha: None,
            pull_request_url: None,
            branch_name: None,
            github_rate_limit_hit: false,
            error_count: 0,
            warning_count: 0,
            error_details: Vec::new(),
            warning_details: Vec::new(),
            last_error_message: None,
            api_calls_made: 0,
            network_transfer_bytes: 0,
            memory_peak_mb: None,
            cpu_time_seconds: None,
            client_info: Map::new(),
            operation_config: Map::new(),
            progress_metadata: Map::new(),
            result_summary: Map::new(),
            resources: Vec::new(),
            failed_resources: Vec::new(),
            conflicts: Vec::new(),
            details: Map::new(),
            extra: Map::new(),
        }
    }

    /// Adds an error: counts it, and keeps the newest [`MAX_ERRORS`].
    pub fn push_error(&mut self, error: Detail) {
        self.error_count += 1;
        self.last_error_message = Some(error.message.clone());
        push_newest(&mut self.error_details, error, MAX_ERRORS);
    }

    /// Adds a warning: counts it, and keeps the newest [`MAX_WARNINGS`].
    pub fn push_warning(&mut self, warning: Detail) {
        self.warning_count += 1;
        push_newest(&mut self.warning_details, warning, MAX_WARNINGS);
    }

    /// Dates the errors and warnings that say no time.
    pub fn date_details(&mut self, now: &str) {
        for one in self
            .error_details
            .iter_mut()
            .chain(&mut self.warning_details)
        {
            one.timestamp.get_or_insert_with(|| now.to_owned());
        }
    }

    /// Decides the status of an operation that came to its end: completed without errors, partially completed where
    /// something was done in spite of errors, failed otherwise.
    pub fn finish(&mut self, completed_at: &str, seconds: f64) {
        self.completed_at = Some(completed_at.to_owned());
        self.processing_time_seconds = Some(seconds);
        // Whole seconds as HNP counts them; a duration is never negative, and `as` saturates.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let whole = seconds as u64;
        self.actual_duration_seconds = Some(whole);
        self.status = if self.error_count == 0 {
            Status::Completed
        } else if self.resources_processed > self.resources_skipped {
            Status::PartiallyCompleted
        } else {
            Status::Failed
        };
        self.summarise();
    }

    /// Fills `result_summary` from the counters.
    pub fn summarise(&mut self) {
        let summary = serde_json::json!({
            "success": self.status == Status::Completed,
            "duration_seconds": self.actual_duration_seconds,
            "resources": {
                "targeted": self.resources_targeted,
                "processed": self.resources_processed,
                "created": self.resources_created,
                "updated": self.resources_updated,
                "deleted": self.resources_deleted,
                "skipped": self.resources_skipped,
            },
            "files": {
                "processed": self.files_processed,
                "created": self.files_created,
                "updated": self.files_updated,
                "deleted": self.files_deleted,
                "total_size_bytes": self.total_file_size_bytes,
            },
            "conflicts": {
                "detected": self.conflicts_detected,
                "resolved": self.conflicts_resolved,
                "manual": self.conflicts_manual,
            },
            "errors": self.error_count,
            "warnings": self.warning_count,
        });
        if let Value::Object(summary) = summary {
            self.result_summary = summary;
        }
    }

    /// Tells whether the operation is still at work.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status.is_active()
    }

    /// Returns the share of the targeted resources that were dealt with and not skipped, from 0 to 1; 1 where none was
    /// targeted.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn success_rate(&self) -> f64 {
        if self.resources_targeted == 0 {
            return 1.0;
        }
        let done = self
            .resources_processed
            .saturating_sub(self.resources_skipped);
        (done as f64 / self.resources_targeted as f64).min(1.0)
    }

    /// Returns rates by second and the means used, under HNP's names.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn performance_summary(&self) -> Value {
        let whole = self.actual_duration_seconds.map(|seconds| seconds as f64);
        let seconds = self.processing_time_seconds.or(whole).unwrap_or(0.0);
        // As HNP has it: what took less than a second counts as one.
        let rate = |count: u64| count as f64 / seconds.max(1.0);
        serde_json::json!({
            "duration_seconds": seconds,
            "resources_per_second": rate(self.resources_processed),
            "files_per_second": rate(self.files_processed),
            "bytes_per_second": rate(self.total_file_size_bytes),
            "api_calls_per_second": rate(self.api_calls_made),
            "memory_peak_mb": self.memory_peak_mb,
            "cpu_time_seconds": self.cpu_time_seconds,
            "efficiency_ratio": self.success_rate(),
        })
    }

    /// Writes the record as JSON for people and programs, fields in a fixed order, with a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only texts, numbers, lists and maps with text keys: nothing here can fail to be written.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Reads a record. Missing fields take their defaults, unknown ones are kept in `extra`.
    ///
    /// # Errors
    ///
    /// The text is no JSON of a record's form, or of a newer version.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| RecordError::Malformed(error.to_string()))?;
        let version = value.get("version").and_then(Value::as_u64);
        match version {
            Some(newer) if newer > u64::from(VERSION) => Err(RecordError::Newer(newer)),
            Some(_) => serde_json::from_value(value)
                .map_err(|error| RecordError::Malformed(error.to_string())),
            None => Err(RecordError::Malformed("it has no `version`".to_owned())),
        }
    }
}

fn push_newest(details: &mut Vec<Detail>, detail: Detail, most: usize) {
    details.push(detail);
    if details.len() > most {
        details.drain(..details.len() - most);
    }
}
