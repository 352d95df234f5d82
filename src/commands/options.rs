//! Declares the options of a command together with the request that they become.

/// Options, with the function that makes a request of them: help, type and use of each in one place. `=>`
/// says the request's field, and its value where that is another than the option's; `= _` says that an option
/// is for the command itself. `and` fills the fields that no option has. With `problems` the request takes
/// what was wrong.
macro_rules! options {
    (
        $(#[$about:meta])*
        pub struct $options:ident
            by $fill:ident $(($($given:ident: $of:ty),*))? -> $request:ident $(, $problems:ident)?
            $(where { $($begin:tt)* })?
        { $(
            $(#[$more:meta])*
            $vis:vis $field:ident: $type:ty $(= $own:tt)? $(=> $key:ident $(: $value:expr)?)?,
        )* }
        $(and { $($rest:tt)* })?
    ) => {
        #[derive(Debug, clap::Args)]
        $(#[$about])*
        pub struct $options {
            $($(#[$more])* $vis $field: $type,)*
        }

        impl $options {
            /// As the use case takes them.
            pub fn $fill(self $($(, $given: $of)*)?) -> $request {
                let $options { $($field $(: $own)?),* } = self;
                $(let mut $problems = $crate::domain::refusal::Problems::default();)?
                $($($begin)*)?
                $request { $($($key $(: $value)?,)?)* $($($rest)*)? $($problems,)? }
            }
        }
    };
}
pub(crate) use options;
