use std::future::ready;

use kissats::prelude::*;

#[kiss_task(setup = prepare, teardown = clean_up)]
async fn with_context(cx: &TaskContext) -> TaskReturn {
    let _ = cx;
    ready(()).await;
    TaskReturn::passed()
}

#[kiss_task]
async fn without_context() -> Result<Verdict, String> {
    Ok(ready(Verdict::Passed).await)
}

#[kiss_task]
async fn with_a_lifetime<'a>(cx: &'a TaskContext) {
    ready(cx).await;
}

async fn prepare(_: &TaskContext) {}

async fn clean_up() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {}
