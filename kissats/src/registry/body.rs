//! From the functions people write to the one form that the runtime calls.
//!
//! [`Body`] accepts the shapes of a function, one blanket implementation each; the marker `M` keeps
//! them apart. The three `Returns…` traits pick how much of an error is kept: `body!` calls
//! `return_kind` through three references, and the compiler takes the first that fits. (The trick is
//! known as autoref specialization.)

use std::error::Error;

use crate::model::{
    __rust_begin_short_backtrace, IntoTaskReturn, Problem, TaskContext, TaskReturn,
};

/// A function that can be a task's main, setup or teardown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a function of a task",
    label = "not the shape of a task's function",
    note = "it takes nothing or `&TaskContext`, is sync or `async`, and returns `()`, `Verdict`, `TaskReturn`, \
            or a `Result` of one of these whose error implements `Display`"
)]
pub trait Body<M> {
    /// What the function returns once it has run to its end.
    type Output: IntoTaskReturn;

    /// Runs the function to its end.
    fn call(self, cx: &TaskContext) -> Self::Output;
}

/// Marks the four shapes of a [`Body`].
#[derive(Debug)]
pub struct Shape<const TAKES_CONTEXT: bool, const IS_ASYNC: bool, R>(std::marker::PhantomData<R>);

impl<F: FnOnce() -> R, R: IntoTaskReturn> Body<Shape<false, false, R>> for F {
    type Output = R;

    fn call(self, _: &TaskContext) -> R {
        __rust_begin_short_backtrace(self)
    }
}

impl<F: FnOnce(&TaskContext) -> R, R: IntoTaskReturn> Body<Shape<true, false, R>> for F {
    type Output = R;

    fn call(self, cx: &TaskContext) -> R {
        __rust_begin_short_backtrace(|| self(cx))
    }
}

impl<F: AsyncFnOnce() -> R, R: IntoTaskReturn> Body<Shape<false, true, R>> for F {
    type Output = R;

    fn call(self, _: &TaskContext) -> R {
        __rust_begin_short_backtrace(|| block_on(self()))
    }
}

impl<F: AsyncFnOnce(&TaskContext) -> R, R: IntoTaskReturn> Body<Shape<true, true, R>> for F {
    type Output = R;

    fn call(self, cx: &TaskContext) -> R {
        __rust_begin_short_backtrace(|| block_on(self(cx)))
    }
}

#[cfg(not(feature = "tokio"))]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    pollster::block_on(future)
}

#[cfg(feature = "tokio")]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a task a tokio runtime")
        .block_on(future)
}

/// Runs `body` to its end.
pub fn call<M, B: Body<M>>(body: B, cx: &TaskContext) -> B::Output {
    body.call(cx)
}

/// An error that is or becomes a boxed error: its chain of sources is kept.
#[derive(Debug)]
pub struct BoxedError;

/// An error that only becomes a boxed error one may send, such as a boxed error one may send.
#[derive(Debug)]
pub struct SendBoxedError;

/// Anything else that a task may return: an error's own message is all there is to keep.
#[derive(Debug)]
pub struct Plain;

/// A return value that is looked at, for its type.
#[derive(Debug)]
pub struct Returned<'a, R>(pub &'a R);

/// First choice.
pub trait ReturnsBoxedError {
    /// Picks how the value becomes an answer.
    fn return_kind(&self) -> BoxedError {
        BoxedError
    }
}
impl<T: IntoTaskReturn, E: Into<Box<dyn Error>>> ReturnsBoxedError
    for &&Returned<'_, Result<T, E>>
{
}

/// Second choice.
pub trait ReturnsSendBoxedError {
    /// Picks how the value becomes an answer.
    fn return_kind(&self) -> SendBoxedError {
        SendBoxedError
    }
}
impl<T: IntoTaskReturn, E: Into<Box<dyn Error + Send + Sync>>> ReturnsSendBoxedError
    for &Returned<'_, Result<T, E>>
{
}

/// Last choice.
pub trait ReturnsPlain {
    /// Picks how the value becomes an answer.
    fn return_kind(&self) -> Plain {
        Plain
    }
}
impl<R> ReturnsPlain for Returned<'_, R> {}

impl BoxedError {
    /// The answer.
    pub fn answer<T: IntoTaskReturn, E: Into<Box<dyn Error>>>(
        self,
        value: Result<T, E>,
    ) -> TaskReturn {
        match value {
            Ok(value) => value.into_task_return(),
            Err(error) => TaskReturn::broken(Problem::from_error(&*error.into())),
        }
    }
}

impl SendBoxedError {
    /// The answer.
    pub fn answer<T, E>(self, value: Result<T, E>) -> TaskReturn
    where
        T: IntoTaskReturn,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        match value {
            Ok(value) => value.into_task_return(),
            Err(error) => TaskReturn::broken(Problem::from_error(&*error.into())),
        }
    }
}

impl Plain {
    /// The answer.
    pub fn answer<T: IntoTaskReturn>(self, value: T) -> TaskReturn {
        value.into_task_return()
    }
}

/// Makes a `TaskBody` of the path of a function: `body!(power::on)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __body {
    ($($path:tt)*) => {
        |cx| {
            use $crate::__private0_1_0::returns::*;
            let value = $crate::__private0_1_0::call($($path)*, cx);
            (&&&$crate::__private0_1_0::Returned(&value)).return_kind().answer(value)
        }
    };
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;
    use crate::model::{TaskBody, Verdict};

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no voltage")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    struct OnlyDisplay;

    impl fmt::Display for OnlyDisplay {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no voltage")
        }
    }

    fn outer() -> Outer {
        Outer("x".parse::<i32>().unwrap_err())
    }

    fn nothing() {}
    fn verdict(_: &TaskContext) -> Verdict {
        Verdict::Completed
    }
    fn typed() -> Result<(), Outer> {
        Err(outer())
    }
    fn boxed() -> Result<(), Box<dyn Error>> {
        Err(outer().into())
    }
    async fn sent(_: &TaskContext) -> Result<Verdict, Box<dyn Error + Send + Sync>> {
        Err(outer().into())
    }
    async fn displayed() -> Result<(), OnlyDisplay> {
        Err(OnlyDisplay)
    }
    fn text() -> Result<TaskReturn, String> {
        Err("no voltage".to_owned())
    }

    #[test]
    fn every_shape_is_called_and_every_chain_is_kept() {
        let cx = crate::registry::tests::context();
        let shapes: [(TaskBody, Verdict, usize); 7] = [
            (__body!(nothing), Verdict::Passed, 0),
            (__body!(verdict), Verdict::Completed, 0),
            (__body!(typed), Verdict::Exception, 1),
            (__body!(boxed), Verdict::Exception, 1),
            (__body!(sent), Verdict::Exception, 1),
            (__body!(displayed), Verdict::Exception, 0),
            (__body!(text), Verdict::Exception, 0),
        ];
        for (position, (body, verdict, causes)) in shapes.into_iter().enumerate() {
            let answer = body(&cx);
            assert_eq!(answer.verdict, verdict, "shape {position}");
            let problem = answer.problem;
            assert_eq!(
                problem.as_ref().map_or(0, |problem| problem.causes.len()),
                causes,
                "shape {position}"
            );
            if let Some(problem) = problem {
                assert_eq!(problem.message, "no voltage", "shape {position}");
            }
        }
    }
}
