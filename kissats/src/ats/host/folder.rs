//! Where the tickets lie.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::ats::host::HostError;

/// The format of everything in the folder. Another one has a folder of its own.
const FORMAT: &str = "v1";

/// Every user of the machine may take tickets and clear away those of the dead. Without the sticky bit,
/// which would keep them from that.
const EVERYBODY: u32 = 0o777;

/// The folder that the processes of the host share: `$KISSATS_DIR`, else one that is the same for all users
/// of the machine. The temporary folder of a process may be its user's own, or its job's.
pub(super) fn usual_folder() -> PathBuf {
    match std::env::var_os("KISSATS_DIR") {
        Some(folder) if !folder.is_empty() => folder.into(),
        _ => PathBuf::from("/tmp/kissats"),
    }
}

/// Makes the folder if it is not there, and says where in it the tickets lie.
pub(super) fn open_folder(folder: &Path) -> Result<PathBuf, HostError> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(HostError::refused("make the folder", parent))?;
    }
    make(folder)?;
    if let Some(kind) = network_kind(folder) {
        let path = folder.to_owned();
        return Err(HostError::Network { path, kind });
    }
    let tickets = folder.join(FORMAT);
    make(&tickets)?;
    Ok(tickets)
}

/// Makes a folder for everybody, whatever the mask of the process says, if there is none. Nobody sees it before
/// everybody may use it.
///
/// A link is not followed: who puts one there could have tickets written elsewhere.
pub(super) fn make(folder: &Path) -> Result<(), HostError> {
    if is_there(folder)? {
        return Ok(());
    }
    let refused = || HostError::refused("make the folder", folder);
    let new = new_beside(folder);
    match fs::create_dir(&new) {
        // What somebody with the same number has left.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made.map_err(refused())?,
    }
    let made = fs::set_permissions(&new, Permissions::from_mode(EVERYBODY))
        // What another process has made meanwhile is replaced as long as it is empty.
        .and_then(|()| fs::rename(&new, folder));
    if let Err(error) = made {
        let _ = fs::remove_dir(&new);
        if !is_there(folder)? {
            return Err(refused()(error));
        }
    }
    Ok(())
}

fn is_there(folder: &Path) -> Result<bool, HostError> {
    match fs::symlink_metadata(folder) {
        Ok(there) if there.is_dir() => Ok(true),
        Ok(_) => Err(HostError::NoFolder {
            path: folder.to_owned(),
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(HostError::refused("look at", folder)(error)),
    }
}

/// A name of this process alone, for what is to have the name of `path` when it is ready.
pub(super) fn new_beside(path: &Path) -> PathBuf {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let count = MADE.fetch_add(1, Ordering::Relaxed);
    path.with_extension(format!("new-{}-{count}", std::process::id()))
}

/// The network file system that the folder lies on, if it is one that is known.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "std does not tell the kind of a file system; the call fills a struct of its own"
)]
fn network_kind(folder: &Path) -> Option<&'static str> {
    use std::ffi::CString;
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    let path = CString::new(folder.as_os_str().as_bytes()).ok()?;
    let mut answer = MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: the path ends with a zero, and the struct is of the type that the call fills.
    let status = unsafe { libc::statfs(path.as_ptr(), answer.as_mut_ptr()) };
    if status != 0 {
        return None;
    }
    // SAFETY: all its fields are numbers, for which zeros are values too.
    let kind = unsafe { answer.assume_init() }.f_type;
    // The type of the field differs between machines; the numbers have 32 bits.
    match kind as u32 {
        0x6969 => Some("NFS"),
        0x517b => Some("SMB"),
        0xff53_4d42 => Some("CIFS"),
        0xfe53_4d42 => Some("SMB2"),
        0x5346_414f => Some("AFS"),
        0x00c3_6400 => Some("Ceph"),
        0x0bd0_0bd0 => Some("Lustre"),
        0x0102_1997 => Some("9P"),
        _ => None,
    }
}

/// Not known here.
#[cfg(not(target_os = "linux"))]
fn network_kind(_: &Path) -> Option<&'static str> {
    None
}
