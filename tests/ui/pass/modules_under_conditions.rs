#![deny(warnings)]
//! What a condition leaves out is not called.

use kissats::prelude::*;

#[kiss_task]
#[cfg(any())]
mod never {
    fn task_main() {
        this_function_does_not_exist();
    }
}

#[cfg(any())]
#[kiss_task]
mod never {
    fn task_main() {
        this_function_does_not_exist();
    }
}

#[kiss_task]
#[cfg(all())]
mod always {
    #[cfg(all())]
    fn task_main() {}

    #[cfg(any())]
    fn task_main() {
        this_function_does_not_exist();
    }

    #[cfg(any())]
    fn task_setup() {
        this_function_does_not_exist();
    }

    #[cfg(any())]
    fn task_teardown() {
        this_function_does_not_exist();
    }

    #[cfg(all())]
    async fn task_teardown() {}

    #[cfg(any())]
    fn get_params(_: &mut Nowhere, _: &Nothing) {}
}

fn main() {}
